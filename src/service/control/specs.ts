/** Decides what a run does that no trigger describes: a command or a prompt given by a person. */
import type { AtWhat } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import type { TriggerId } from '../../core/ids.ts';
import { splitTriggerId } from '../../core/ids.ts';
import type { ActionSpec, RunSpec } from '../../core/action.ts';
import { defaultPolicy } from '../../core/policy.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { hasTemplate } from '../../triggers/template.ts';
import { findTrigger } from './lookup.ts';

/** What is to run, and what it is called in `manual:<what>`. */
export interface Asked {
  readonly spec: RunSpec;
  readonly name: string;
}

/** The spec of what was asked for. Throws `not_found`, `ambiguous`, `invalid_argument`. */
export function askedSpec(snapshot: Snapshot, what: AtWhat, trigger: TriggerId): Asked {
  switch (what.kind) {
    case 'trigger': {
      const found = findTrigger(snapshot, what.trigger);
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

function promptSpec(snapshot: Snapshot, what: AtWhat & { kind: 'prompt' }, trigger: TriggerId): Asked {
  const name = what.engine ?? snapshot.defaults.engine;
  const engine = name === undefined ? undefined : snapshot.engines.get(name);
  if (engine === undefined) {
    const problem =
      name === undefined ? 'no default_engine is configured' : `no engine ${name} is configured`;
    throw new AppError('invalid_argument', `${problem}: add [engines.${name ?? 'NAME'}] with its command`);
  }
  if (what.prompt.trim() === '') throw new AppError('invalid_argument', 'the prompt is empty');
  const { cwd } = snapshot.defaults;
  const action: ActionSpec = { kind: 'agent_run', prompt: what.prompt, engine, cwd, untrusted: false };
  return { spec: specOf(snapshot, trigger, action), name: engine.name };
}

function specOf(snapshot: Snapshot, trigger: TriggerId, action: ActionSpec): RunSpec {
  const policy = { ...snapshot.defaults.policy, onCrash: defaultPolicy(action.kind).onCrash };
  return { trigger, action, policy, notifyOnSuccess: false, notifyOnFailure: false };
}
