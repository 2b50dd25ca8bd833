/** Decides what an attempt's action gets from the service: secrets of the live snapshot, the environment, and a voice. */
import type { Actions } from '../actions/registry.ts';
import type { Clock } from '../core/clock.ts';
import type { Publish } from '../core/event.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Execute } from '../runs/attempt.ts';

/** What the service has for actions. */
export interface ExecuteDeps {
  readonly actions: Actions;
  readonly current: () => Snapshot;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** The dispatcher's way to the actions. Secrets are looked up when they are used: specs in the store hold only names. */
export function createExecute({ actions, current, env, publish, clock }: ExecuteDeps): Execute {
  return (run, files) =>
    actions.execute({
      ...files,
      run,
      killGraceMs: run.spec.policy.killGraceMs,
      secrets: (name) => current().secrets.get(name),
      environment: (name) => env[name],
      notify: ({ text, silent }) => {
        publish({ kind: 'notice', run: run.id, trigger: run.trigger, text, silent, at: clock.now() });
      },
      nowMs: () => clock.now(),
    });
}
