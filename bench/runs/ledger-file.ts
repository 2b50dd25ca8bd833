/** Decides what is read from the measured service's store: when its runs were due, admitted, begun and over. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MeasuredService } from '../service/service.ts';

/** A run that is over. Epoch ms. */
export interface FinishedRun {
  readonly id: string;
  readonly dueAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The finished runs of a trigger, oldest first. */
export function finishedRuns(service: MeasuredService, trigger: string): readonly FinishedRun[] {
  const database = new DatabaseSync(join(service.stateDir, 'untether.db'), { readOnly: true });
  try {
    return database
      .prepare(
        `SELECT id, due_at AS dueAt, started_at AS startedAt, ended_at AS endedAt FROM runs
         WHERE trigger = ? AND state = 'succeeded' ORDER BY seq`,
      )
      .all(trigger) as unknown as FinishedRun[];
  } finally {
    database.close();
  }
}
