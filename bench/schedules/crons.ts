/** Decides how schedules become the crons of a snapshot without a file around them. */
import { createHash } from 'node:crypto';
import { deepFreeze } from '../../src/core/freeze.ts';
import { triggerId } from '../../src/core/ids.ts';
import type { TriggerId } from '../../src/core/ids.ts';
import { defaultMissed, defaultPolicy } from '../../src/core/policy.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { CronTrigger, Schedule } from '../../src/core/trigger.ts';

/** The cron `name`; every moment of it is taken in, however many wait. */
export function cronOf(name: string, schedule: Schedule): CronTrigger {
  const id = triggerId('cron', name);
  return {
    kind: 'cron',
    id,
    schedule,
    runOnce: false,
    overlap: { kind: 'allow' },
    missed: defaultMissed,
    jitterMs: 0,
    armHash: createHash('sha256').update(schedule.key).digest('hex').slice(0, 16),
    spec: deepFreeze({
      trigger: id,
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
    }),
  };
}

/** As much of a snapshot as the scheduler, the comparison and the store look at. */
export function snapshotOf(crons: readonly CronTrigger[]): Snapshot {
  const declaredCrons = new Map<TriggerId, string>(crons.map(({ id, armHash }) => [id, armHash]));
  const none = new Map<TriggerId, never>();
  return {
    revision: 1,
    enabled: true,
    crons: new Map(crons.map((cron) => [cron.id, cron])),
    idleCrons: new Map(),
    declaredCrons,
    webhooks: none,
    routes: none,
  } as unknown as Snapshot;
}
