/** Decides how the difference between the file on disk and what is live is told, before anything is changed. */
import { diffRoutes, diffTriggers, needRestart } from '../../config/diff.ts';
import { loadConfig } from '../../config/load.ts';
import { issuesIn } from '../../config/loaded.ts';
import type { Loaded, LoadResult } from '../../config/loaded.ts';
import type { Plan } from '../../core/views.ts';
import type { Clock } from '../../core/clock.ts';
import type { LoadSurroundings } from '../boot.ts';
import { nextFires } from './next.ts';

const SHOWN_FIRES = 5;

/** What a plan of the running service is made from. */
export interface PlanDeps {
  readonly surroundings: LoadSurroundings;
  readonly live: () => Loaded;
  /** What the process was started with. */
  readonly booted: Loaded;
  readonly clock: Clock;
}

/** Loads the file as a reload would and compares. */
export async function makePlan({ surroundings, live, booted, clock }: PlanDeps): Promise<Plan> {
  const previous = live();
  const nowMs = clock.now();
  const result = await loadConfig({ ...surroundings, nowMs, previous });
  return planOf(result, { running: { live: previous, booted }, nowMs });
}

/** What a load is compared with. */
export interface PlanBasis {
  /** What is live and what the process was started with; undefined where no service runs: everything is new. */
  readonly running?: { readonly live: Loaded; readonly booted: Loaded };
  /** Epoch ms; fires after it are shown. */
  readonly nowMs: number;
}

/** What would change; a file that does not load is a plan that is not ok. */
export function planOf(result: LoadResult, { running, nowMs }: PlanBasis): Plan {
  const putBack = running?.live.putBack?.revision ?? null;
  if (!result.ok) return { ...nothing, ok: false, issues: result.issues, putBack };
  const { snapshot } = result.loaded;
  const previous = running?.live.snapshot;
  const difference = diffTriggers(snapshot, previous);
  const routes = diffRoutes(snapshot, previous);
  const shown = [...difference.added, ...difference.modified].filter((id) => snapshot.crons.has(id));
  return {
    ok: true,
    issues: issuesIn(result),
    ...difference,
    next: shown.flatMap((trigger) => nextFires(snapshot, { trigger, count: SHOWN_FIRES, from: nowMs })),
    routesOpened: routes.opened,
    routesClosed: routes.closed,
    needRestart: running === undefined ? [] : needRestart(result.loaded, running.booted),
    putBack,
  };
}

const nothing: Omit<Plan, 'ok' | 'issues' | 'putBack'> = {
  added: [],
  removed: [],
  modified: [],
  next: [],
  routesOpened: [],
  routesClosed: [],
  needRestart: [],
};
