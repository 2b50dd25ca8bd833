/** Decides what runs do where it does not matter what they do: `true`, and nobody is told. */
import { deepFreeze } from '../src/core/freeze.ts';
import type { RunSpec } from '../src/core/action.ts';
import type { TriggerId } from '../src/core/ids.ts';
import { defaultPolicy } from '../src/core/policy.ts';

/** The spec of a trigger's runs, frozen as the compiler leaves it. */
export function specOf(trigger: TriggerId): RunSpec {
  return deepFreeze({
    trigger,
    action: {
      kind: 'command',
      argv: ['true'],
      shell: false,
      env: {},
      cwd: '/',
      stdin: 'none',
      allowFlags: false,
    },
    policy: defaultPolicy('command'),
    notifyOnSuccess: false,
    notifyOnFailure: false,
  });
}
