/** Decides what a trigger's runs are, from the keys that crons and webhooks share. */
import type { ActionKind, EngineSpec, RunSpec } from '../core/action.ts';
import { triggerId } from '../core/ids.ts';
import { lookUp } from '../core/named.ts';
import type { ProjectSpec } from '../core/snapshot.ts';
import { checkTemplates, ofRun, pluginFiltersIn, tableTexts } from './check-templates.ts';
import type { OperatorText } from './check-templates.ts';
import { compileAction } from './compile-action.ts';
import { compileAudience } from './compile-audience.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { hasFault } from './compile-context.ts';
import { compileFetch, fetchTexts } from './compile-fetch.ts';
import { checkPolicy, compilePolicy } from './compile-policy.ts';
import { compileReports } from './compile-reports.ts';
import { verifierIn } from './compile-plugins.ts';
import { fault, warning } from './problem.ts';
import type { Problem } from './problem.ts';
import { keysOfAction } from './schema/action.ts';
import type { TriggerConfig } from './schema/trigger.ts';
import type { WebhookConfig } from './schema/webhook.ts';
import { trustOf } from './trust.ts';
import { unknownName } from './unknown-name.ts';

/** A trigger whose runs are to be compiled. */
export interface SpecOwner {
  readonly kind: 'cron' | 'webhook';
  readonly config: TriggerConfig;
  /** Its table as written: which keys are there. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Compiles the runs of a trigger; its project and engine must exist. */
export function compileSpec({ kind, config, raw }: SpecOwner, context: CompileContext): Compiled<RunSpec> {
  const action = kindOf(config.action ?? 'agent_run');
  const project = projectOf(config, context);
  const engine = engineOf(config, project.value, context);
  const owner = {
    name: [kind, config.id],
    engine: engine.value,
    projectFolder: project.value?.path,
    trust: trustOf(kind, config),
    context,
  };
  const base = owner.projectFolder ?? context.folders.state;
  const fetch =
    config.fetch === undefined ? undefined : compileFetch(config.fetch, { name: owner.name, base }, context);
  const guess = guessAction(config);
  const compiled =
    guess === undefined
      ? compileAction(action, config, owner)
      : { value: undefined, problems: [guess], secrets: [] };
  const texts = textsOf(config, action);
  const fetched = config.fetch === undefined ? [] : fetchTexts(config.fetch);
  const filters = pluginFiltersIn([...fetched, ...texts], context);
  const reports = compileReports(config, owner.name, context);
  const audience = compileAudience(config, project.value, context.chat);
  const problems = [
    ...project.problems,
    ...audience.problems,
    ...engine.problems,
    ...compiled.problems,
    ...(fetch?.problems ?? []),
    ...reports.problems,
    ...checkPolicy(config),
    ...checkTemplates(ofRun(texts), context),
    ...(guess === undefined ? strayKeys(action, raw, config) : []),
    ...(hasFault(compiled.problems) ? [] : missingProgram(compiled.value, context)),
  ];
  if (compiled.value === undefined || hasFault(problems)) return { value: undefined, problems, secrets: [] };
  const value: RunSpec = {
    trigger: triggerId(kind, config.id),
    action: compiled.value,
    ...(fetch?.value !== undefined && { fetch: fetch.value }),
    ...(filters.length > 0 && { filters }),
    policy: compilePolicy(config, action),
    ...(project.value !== undefined && { project: project.value.name }),
    ...audience.value,
    ...(reports.value !== undefined && { reports: reports.value }),
  };
  return { value, problems, secrets: [...compiled.secrets, ...(fetch?.secrets ?? []), ...reports.secrets] };
}

/** A plugin's action is one kind, whichever it is. */
function kindOf(word: NonNullable<TriggerConfig['action']>): ActionKind {
  return word.startsWith('plugin:') ? 'plugin' : (word as ActionKind);
}

interface Found<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

function projectOf({ project }: TriggerConfig, { projects }: CompileContext): Found<ProjectSpec> {
  if (project === undefined) return { value: undefined, problems: [] };
  const value = lookUp(projects, project);
  if (value !== undefined) return { value, problems: [] };
  const problem = unknownName(['project'], { noun: 'project', name: project, known: projects.keys() });
  return { value, problems: [problem] };
}

function engineOf(
  config: TriggerConfig,
  project: ProjectSpec | undefined,
  context: CompileContext,
): Found<EngineSpec> {
  const { engines, defaultEngine } = context;
  const name = config.engine ?? project?.defaultEngine ?? defaultEngine;
  const value = lookUp(engines, name);
  if (value !== undefined || config.engine === undefined) return { value, problems: [] };
  return { value, problems: [unknownName(['engine'], { noun: 'engine', name, known: engines.keys() })] };
}

/** The key that says what was meant where `action` is left out. */
export const telling = {
  command: 'command',
  forward_url: 'http_forward',
  file_path: 'file_write',
  message_template: 'notify_only',
} as const satisfies Partial<Record<keyof TriggerConfig, ActionKind>>;

/** Without `action` and without a prompt, a key of another action means that `action` was forgotten. */
function guessAction(config: TriggerConfig): Problem | undefined {
  if (config.action !== undefined || config.prompt !== undefined || config.prompt_template !== undefined)
    return undefined;
  for (const key of Object.keys(telling) as ReadonlyArray<keyof typeof telling>) {
    if (config[key] !== undefined)
      return fault([key], `says what to do only with an action: add action = "${telling[key]}"`);
  }
  return undefined;
}

function strayKeys(
  action: ActionKind,
  raw: Readonly<Record<string, unknown>>,
  config: TriggerConfig & Pick<Partial<WebhookConfig>, 'auth' | 'accept_multipart'>,
): readonly Problem[] {
  // Uploads and the plugin that knows the sender read them, whatever is done with the delivery.
  const isRead = (key: string): boolean =>
    (key === 'file_root' && config.accept_multipart === true) ||
    (key === 'with' && verifierIn(config.auth) !== undefined);

  const others = (Object.keys(keysOfAction) as readonly ActionKind[]).filter((one) => one !== action);
  const strays = others.flatMap((one) =>
    keysOfAction[one].filter((key) => raw[key] !== undefined && !isOwn(action, key) && !isRead(key)),
  );
  const [first] = strays;
  if (first === undefined) return [];
  return [
    warning(
      [first],
      `without effect: the action "${action}" does not read ${strays.map((key) => `\`${key}\``).join(', ')}`,
    ),
  ];
}

function isOwn(action: ActionKind, key: string): boolean {
  return (keysOfAction[action] as readonly string[]).includes(key);
}

function missingProgram(
  action: RunSpec['action'] | undefined,
  { hasProgram }: CompileContext,
): readonly Problem[] {
  const isCommand = action?.kind === 'command' && !action.shell;
  const argv = isCommand ? action.argv : action?.kind === 'agent_run' ? action.engine.command : undefined;
  const [program] = argv ?? [];
  if (program === undefined || action === undefined || !('cwd' in action) || hasProgram(program, action.cwd))
    return [];
  const path = isCommand ? ['command'] : [];
  return [
    warning(path, `the program ${JSON.stringify(program)} is not there now; runs will fail until it is`),
  ];
}

function textsOf(config: TriggerConfig, action: ActionKind): readonly OperatorText[] {
  switch (action) {
    case 'agent_run':
      return [{ path: ['prompt_template'], text: config.prompt_template, isProse: true }];
    case 'command':
      return [
        ...(config.command ?? []).map((text, index) => ({ path: ['command', index], text })),
        ...tableTexts(['env'], config.env),
      ];
    case 'http_forward':
      return [
        { path: ['forward_url'], text: config.forward_url },
        { path: ['forward_body'], text: config.forward_body },
        ...tableTexts(['forward_headers'], config.forward_headers),
      ];
    case 'file_write':
      return [
        { path: ['file_path'], text: config.file_path },
        { path: ['file_body'], text: config.file_body, isProse: true },
      ];
    case 'notify_only':
      return [{ path: ['message_template'], text: config.message_template, isProse: true }];
    case 'plugin':
      return [];
  }
}
