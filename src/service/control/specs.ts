/** Decides what a run does that no trigger describes: a command or a prompt given by a person. */
import type { Ask, AtWhat, ChatOrder } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import type { TriggerId } from '../../core/ids.ts';
import { splitTriggerId } from '../../core/ids.ts';
import type { ActionSpec, AgentAction, EngineSpec, RunSpec } from '../../core/action.ts';
import { lookUp } from '../../core/named.ts';
import { defaultPolicy } from '../../core/policy.ts';
import type { ProjectSpec, Snapshot } from '../../core/snapshot.ts';
import { didYouMean } from '../../core/suggest.ts';
import { hasTemplate } from '../../triggers/template.ts';
import { findLiveTrigger } from './lookup.ts';

/** What is to run, and what it is called in `manual:<what>`. */
export interface Asked {
  readonly spec: RunSpec;
  readonly name: string;
}

/** The spec of what was asked for. Throws `not_found`, `ambiguous`, `invalid_argument`, and `conflict` of a cron that is switched off. */
export function askedSpec(snapshot: Snapshot, what: AtWhat, trigger: TriggerId): Asked {
  switch (what.kind) {
    case 'trigger': {
      const found = findLiveTrigger(snapshot, what.trigger);
      return { spec: found.spec, name: splitTriggerId(found.id).name };
    }
    case 'command':
      return { spec: specOf(snapshot, trigger, commandAction(snapshot, what.argv)), name: 'command' };
    case 'prompt':
      return promptSpec(snapshot, what, trigger);
    default:
      return what satisfies never;
  }
}

/** The same run, told of in the chat that asks for it. */
export function orderedBy(spec: RunSpec, order: ChatOrder | undefined): RunSpec {
  if (order === undefined) return spec;
  const { to, replyTo } = order;
  const { replyTo: _, ...rest } = spec;
  return { ...rest, chat: to, asked: true, ...(replyTo !== undefined && { replyTo }) };
}

/**
 * The next words to an agent: its engine, folder and tools as they were, in `lane` and one at a time, so that they wait for
 * what is still at work there. What the trigger may consume and whom it tells are not theirs. Throws `conflict` where there was no agent, `invalid_argument` for an empty prompt.
 */
export function continuedSpec(spec: RunSpec, { prompt, continues }: Ask, lane: TriggerId): RunSpec {
  refuseEmpty(prompt);
  const { action, fetch: _, replyTo: __, noticeChat: ___, reports: _______, ...rest } = spec;
  if (action.kind !== 'agent_run' || continues === undefined)
    throw new AppError('conflict', 'that run was no agent: there is no session to go on with');
  const { promptTemplate: ____, payloadAs: _____, budget: ______, ...agent } = action;
  return {
    ...rest,
    trigger: lane,
    notifyOnSuccess: false,
    notifyOnFailure: false,
    notifyOnRecovery: false,
    action: { ...agent, prompt, untrusted: false, continues: { kind: 'run', run: continues } },
    policy: { ...rest.policy, maxConcurrent: 1, retries: 0 },
  };
}

/** An engine or project by its name, in any case. Throws `invalid_argument` with what there is. */
export function namedOf<Value>(
  table: ReadonlyMap<string, Value>,
  name: string,
  noun: 'engine' | 'project',
): Value {
  const found = lookUp(table, name);
  if (found !== undefined) return found;
  const hint = didYouMean(name, table.keys());
  throw new AppError(
    'invalid_argument',
    `no ${noun} ${name} is configured${hint}: add [${noun}s.${name}] to the file`,
  );
}

function commandAction(snapshot: Snapshot, argv: readonly string[]): ActionSpec {
  if (argv.length === 0 || argv[0] === '') throw new AppError('invalid_argument', 'the command is empty');
  const { cwd } = snapshot.defaults;
  const words = argv.map(literally);
  return { kind: 'command', argv: words, shell: false, env: {}, cwd, stdin: 'none', allowFlags: false };
}

/** What a person types is taken as it is, braces included. */
function literally(word: string): string {
  if (!hasTemplate(word)) return word;
  if (/\{%-?\s*endraw/.test(word)) throw new AppError('invalid_argument', 'the command holds "{% endraw"');
  return `{% raw %}${word}{% endraw %}`;
}

function promptSpec(snapshot: Snapshot, ask: Ask, trigger: TriggerId): Asked {
  refuseEmpty(ask.prompt);
  const project = ask.project === undefined ? undefined : namedOf(snapshot.projects, ask.project, 'project');
  const engine = engineFor(snapshot, ask, project);
  const action = agentAction(ask, engine, project?.path ?? snapshot.defaults.cwd);
  const spec = specOf(snapshot, trigger, action);
  return { spec: { ...spec, ...(project !== undefined && { project: project.name }) }, name: engine.name };
}

function refuseEmpty(prompt: string): void {
  if (prompt.trim() === '') throw new AppError('invalid_argument', 'the prompt is empty');
}

function engineFor({ engines, defaults }: Snapshot, ask: Ask, project: ProjectSpec | undefined): EngineSpec {
  const name = ask.engine ?? project?.defaultEngine ?? defaults.engine;
  if (name === undefined)
    throw new AppError(
      'invalid_argument',
      'no default_engine is configured: add [engines.NAME] with its command',
    );
  return namedOf(engines, name, 'engine');
}

function agentAction(ask: Ask, engine: EngineSpec, cwd: string): AgentAction {
  const { prompt, reasoning, permissionMode } = ask;
  const model = ask.model ?? engine.model;
  return {
    kind: 'agent_run',
    prompt,
    engine,
    cwd,
    ...(model !== undefined && { model }),
    ...(reasoning !== undefined && { reasoning }),
    ...(permissionMode !== undefined && { permissionMode }),
    untrusted: false,
    tools: { kind: 'all' },
  };
}

function specOf(snapshot: Snapshot, trigger: TriggerId, action: ActionSpec): RunSpec {
  const policy = { ...snapshot.defaults.policy, onCrash: defaultPolicy(action.kind).onCrash };
  return { trigger, action, policy, notifyOnSuccess: false, notifyOnFailure: false };
}
