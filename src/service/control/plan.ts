/** Decides how the difference between the file on disk and what is live is told, before anything is changed. */
import { diffRoutes, diffTriggers, needRestart } from '../../config/diff.ts';
import { loadConfig } from '../../config/load.ts';
import type { Loaded } from '../../config/loaded.ts';
import type { Plan, Upcoming } from '../../core/control.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Clock } from '../../core/clock.ts';
import { upcoming } from '../../scheduler/upcoming.ts';
import type { LoadSurroundings } from '../boot.ts';

const SHOWN_FIRES = 5;

export interface PlanDeps {
  readonly surroundings: LoadSurroundings;
  readonly live: () => Loaded;
  /** What the process was started with. */
  readonly booted: Loaded;
  readonly clock: Clock;
}

/** Loads the file as a reload would and compares; a file that does not load is a plan that is not ok. */
export async function makePlan({ surroundings, live, booted, clock }: PlanDeps): Promise<Plan> {
  const previous = live();
  const nowMs = clock.now();
  const { revision } = previous.snapshot;
  const result = await loadConfig({ ...surroundings, nowMs, previous, revisionOf: () => revision });
  if (!result.ok) return { ...nothing, ok: false, issues: result.issues };
  const { snapshot } = result.loaded;
  const difference = diffTriggers(snapshot, previous.snapshot);
  const routes = diffRoutes(snapshot, previous.snapshot);
  return {
    ok: true,
    issues: snapshot.warnings,
    ...difference,
    next: [...difference.added, ...difference.modified].flatMap((id) => firesOf(snapshot, id, nowMs)),
    routesOpened: routes.opened,
    routesClosed: routes.closed,
    needRestart: needRestart(result.loaded, booted),
  };
}

const nothing: Omit<Plan, 'ok' | 'issues'> = {
  added: [],
  removed: [],
  modified: [],
  next: [],
  routesOpened: [],
  routesClosed: [],
  needRestart: [],
};

function firesOf(snapshot: Snapshot, id: TriggerId, fromMs: number): readonly Upcoming[] {
  const cron = snapshot.crons.get(id);
  if (cron === undefined) return [];
  const count = cron.runOnce ? 1 : SHOWN_FIRES;
  return upcoming(cron.schedule, { fromMs, count }).map(({ at, local, note }) => ({
    trigger: id,
    at,
    local,
    note: note ?? null,
  }));
}
