/** Decides what a configuration would change where nothing is live: all of it is new. */
import type { LoadResult } from '../config/loaded.ts';
import type { Plan } from '../core/control.ts';
import { nextOf } from './next-offline.ts';

const FIRES_EACH = 5;

/** The plan against nothing; `next` holds the first five fires of every cron. */
export function planOf(result: LoadResult, nowMs: number): Plan {
  const none = { removed: [], modified: [], routesClosed: [], needRestart: [] };
  if (!result.ok) return { ...none, ok: false, issues: result.issues, added: [], next: [], routesOpened: [] };
  const { snapshot } = result.loaded;
  return {
    ...none,
    ok: true,
    issues: snapshot.warnings,
    added: [...snapshot.crons.keys(), ...snapshot.webhooks.keys()],
    next: [...snapshot.crons.keys()].flatMap((trigger) =>
      nextOf(snapshot, { trigger, count: FIRES_EACH, from: nowMs }),
    ),
    routesOpened: snapshot.enabled ? [...snapshot.routes.keys()] : [],
  };
}
