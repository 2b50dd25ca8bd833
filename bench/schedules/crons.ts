/** Decides how schedules become the crons of a snapshot without a file around them. */
import { createHash } from 'node:crypto';
import { triggerId } from '../../src/core/ids.ts';
import type { TriggerId } from '../../src/core/ids.ts';
import { defaultMissed } from '../../src/core/policy.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { CronTrigger, Schedule } from '../../src/core/trigger.ts';
import { specOf } from '../spec.ts';

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
    spec: specOf(id),
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
