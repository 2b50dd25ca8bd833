/** Decides what the runs of a trigger do, from the keys of its action. */
import { basename } from 'node:path';
import type {
  ActionKind,
  ActionSpec,
  AgentAction,
  Budget,
  CommandAction,
  FileWriteAction,
  HttpForwardAction,
} from '../core/action.ts';
import type { AgentTools } from '../core/agent.ts';
import { hasTemplate } from '../triggers/template.ts';
import { compilePluginAction } from './compile-plugins.ts';
import { checkEngine } from './check-engine.ts';
import { fromConfig, msOf } from './compile-context.ts';
import type { CompileContext } from './compile-context.ts';
import { conceal } from './conceal.ts';
import type { Concealed } from './conceal.ts';
import { placeFile } from './file-place.ts';
import { checkHeaderNames, checkHeaders, checkRanges, checkUrl } from './outbound.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import { oneOf } from './schema/key.ts';
import type { TriggerConfig } from './schema/trigger.ts';
import { didYouMean } from '../core/suggest.ts';
import type { Trust } from './trust.ts';

/** What a trigger's action is compiled for. */
export interface ActionOwner {
  /** Kind and name of the trigger. */
  readonly name: KeyPath;
  readonly engine: AgentAction['engine'] | undefined;
  /** Absolute folder of its project, if it has one. */
  readonly projectFolder: string | undefined;
  readonly trust: Trust;
  readonly context: CompileContext;
}

/** An action and what is wrong with its keys; `value` is undefined when a key is missing. */
export interface CompiledAction {
  readonly value: ActionSpec | undefined;
  readonly problems: readonly Problem[];
  readonly secrets: Concealed['secrets'];
}

// As the original's.
const FORWARD_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Compiles the keys of `kind`; templates are checked elsewhere. */
export function compileAction(kind: ActionKind, config: TriggerConfig, owner: ActionOwner): CompiledAction {
  switch (kind) {
    case 'agent_run':
      return agent(config, owner);
    case 'command':
      return command(config, owner);
    case 'http_forward':
      return forward(config, owner);
    case 'file_write':
      return write(config, owner);
    case 'notify_only':
      if (config.message_template === undefined) return missing('message_template', kind);
      return plain({ kind, message: config.message_template, silent: config.silent });
    case 'plugin':
      return compilePluginAction(config);
  }
}

function agent(
  config: TriggerConfig,
  { engine, projectFolder, trust, context }: ActionOwner,
): CompiledAction {
  const problems = checkPermissionMode(config.permission_mode, engine?.name);
  if (config.prompt === undefined && config.prompt_template === undefined) {
    const without = missing('prompt` or `prompt_template', 'agent_run');
    return { ...without, problems: [...without.problems, ...problems] };
  }
  if (engine === undefined) return { value: undefined, problems: [], secrets: [] };
  const model = config.model ?? engine.model;
  const spec: AgentAction = {
    kind: 'agent_run',
    ...(config.prompt !== undefined && { prompt: config.prompt }),
    ...(config.prompt_template !== undefined && { promptTemplate: config.prompt_template }),
    engine,
    cwd: projectFolder ?? context.folders.config,
    ...(model !== undefined && { model }),
    ...(config.reasoning !== undefined && { reasoning: config.reasoning }),
    ...(config.permission_mode !== undefined && { permissionMode: config.permission_mode }),
    untrusted: trust.isMarked,
    tools: toolsOf(config, trust),
    ...(config.payload_as !== undefined && { payloadAs: config.payload_as }),
    ...(config.session === 'continue' && { continues: { kind: 'trigger' as const } }),
    ...(config.budget !== undefined && { budget: budgetOf(config.budget, config.on_budget) }),
  };
  return { ...plain(spec), problems: [...problems, ...checkEngine(spec)] };
}

/** What others may have written makes an agent one that only reads, unless the file names what it may use. */
function toolsOf({ tools }: TriggerConfig, { onlyReads }: Trust): AgentTools {
  if (tools !== undefined) return { kind: 'list', names: tools };
  return { kind: onlyReads ? 'read-only' : 'all' };
}

function budgetOf(budget: NonNullable<TriggerConfig['budget']>, over: Budget['over']): Budget {
  return {
    ...(budget.runs_per_day !== undefined && { runsPerDay: budget.runs_per_day }),
    ...(budget.cost_per_day !== undefined && { costPerDay: budget.cost_per_day }),
    ...(budget.tokens_per_run !== undefined && { tokensPerRun: budget.tokens_per_run }),
    over,
  };
}

const CLAUDE_MODES = ['default', 'plan', 'auto', 'acceptEdits', 'bypassPermissions'];

/** What an agent may do is said in its own words; those of claude are known. */
function checkPermissionMode(mode: string | undefined, engine: string | undefined): readonly Problem[] {
  if (mode === undefined || engine?.toLowerCase() !== 'claude' || CLAUDE_MODES.includes(mode)) return [];
  const message = `expected ${oneOf(CLAUDE_MODES)} for the engine ${engine}${didYouMean(mode, CLAUDE_MODES)}`;
  return [fault(['permission_mode'], message)];
}

function command(config: TriggerConfig, { name, projectFolder, context }: ActionOwner): CompiledAction {
  if (config.command === undefined) return missing('command', 'command');
  const env = conceal(config.env, [...name, 'env'], context.secretOf);
  const spec: CommandAction = {
    kind: 'command',
    argv: config.command,
    shell: config.shell,
    env: env.table,
    cwd:
      config.cwd === undefined
        ? (projectFolder ?? context.folders.config)
        : fromConfig(context.folders, config.cwd),
    stdin: config.stdin,
    allowFlags: config.allow_flags,
  };
  return {
    value: spec,
    problems: [...checkArgv({ argv: config.command, shell: config.shell }), ...checkVariables(config.env)],
    secrets: env.secrets,
  };
}

interface CommandWords {
  readonly argv: readonly string[];
  readonly shell: boolean;
}

function checkArgv({ argv, shell }: CommandWords): readonly Problem[] {
  const [program = ''] = argv;
  if (program.trim() === '') return [fault(['command', 0], 'names no program')];
  const template = argv.findIndex(hasTemplate);
  if (shell && template !== -1)
    return [
      fault(
        ['command', template],
        'a shell command holds no template: use variables such as $UNTETHER_PAYLOAD',
      ),
    ];
  const script = scriptArgument(argv);
  if (script !== undefined && hasTemplate(argv[script] ?? ''))
    return [
      fault(
        ['command', script],
        'a script holds no template: a payload would be read as code. Pass the value as a further argument ("$1") or read $UNTETHER_PAYLOAD',
      ),
    ];
  if (template === 0) return [fault(['command', 0], 'the program itself is no template')];
  const broken = argv.findIndex((element) => element.includes('\0'));
  return broken === -1 ? [] : [fault(['command', broken], 'holds a NUL character')];
}

/** Programs that read an argument as code, and the flag it follows. */
const INTERPRETERS = /^(?:(?:ba|da|z|k|a)?sh|fish|python[\d.]*|perl|ruby|node|bun|deno|php)$/;
const SCRIPT_FLAG = /^(?:-[a-z]*[ce]|--eval|-r|eval)$/;

/** Where the argv of an interpreter holds its script, also behind `env`; undefined: it holds none. */
function scriptArgument(argv: readonly string[]): number | undefined {
  const start =
    basename(argv[0] ?? '') === 'env' ? argv.findIndex((word, index) => index > 0 && !word.includes('=')) : 0;
  if (start === -1 || !INTERPRETERS.test(basename(argv[start] ?? ''))) return undefined;
  const flag = argv.findIndex((word, index) => index > start && SCRIPT_FLAG.test(word));
  return flag === -1 ? undefined : flag + 1;
}

function checkVariables(env: Readonly<Record<string, unknown>> | undefined): readonly Problem[] {
  return Object.keys(env ?? {}).flatMap((name) =>
    /^[^=\0]+$/.test(name) ? [] : [fault(['env', name], 'is no name of a variable')],
  );
}

function forward(config: TriggerConfig, { name, context }: ActionOwner): CompiledAction {
  if (config.forward_url === undefined) return missing('forward_url', 'http_forward');
  const headers = conceal(config.forward_headers, [...name, 'forward_headers'], context.secretOf);
  const spec: HttpForwardAction = {
    kind: 'http_forward',
    url: config.forward_url,
    method: config.forward_method,
    headers: headers.table,
    ...(config.forward_body !== undefined && { body: config.forward_body }),
    relayHeaders: (config.relay_headers ?? []).map((header) => header.toLowerCase()),
    timeoutMs: config.timeout === undefined ? FORWARD_TIMEOUT_MS : msOf(config.timeout),
    maxBytes: MAX_ANSWER_BYTES,
    allowPrivate: config.allow_private ?? [],
  };
  const problems = [
    ...checkUrl(['forward_url'], config.forward_url),
    ...checkHeaders(['forward_headers'], config.forward_headers),
    ...checkHeaderNames(['relay_headers'], config.relay_headers),
    ...checkRanges(['allow_private'], config.allow_private),
  ];
  return { value: spec, problems, secrets: headers.secrets };
}

function write(config: TriggerConfig, { projectFolder, context: { folders } }: ActionOwner): CompiledAction {
  if (config.file_path === undefined) return missing('file_path', 'file_write');
  const place = placeFile(
    { path: config.file_path, root: config.file_root, base: projectFolder ?? folders.state },
    folders,
  );
  if (place.root === undefined) {
    return {
      value: undefined,
      problems: [fault(['file_root'], 'is missing: without it a placeholder could choose any folder')],
      secrets: [],
    };
  }
  const spec: FileWriteAction = {
    kind: 'file_write',
    path: place.path,
    root: place.root,
    ...(config.file_body !== undefined && { body: config.file_body }),
    onConflict: config.on_conflict,
  };
  return plain(spec);
}

function plain(value: ActionSpec): CompiledAction {
  return { value, problems: [], secrets: [] };
}

function missing(key: string, kind: ActionKind): CompiledAction {
  return {
    value: undefined,
    problems: [fault([], `\`${key}\` is missing: the action "${kind}" needs it`)],
    secrets: [],
  };
}
