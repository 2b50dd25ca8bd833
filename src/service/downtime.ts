/** Decides how the time before this start is told, and whether what it missed is made up at all. */
import type { Boot } from '../core/service-ledger.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import type { Opening } from '../scheduler/late.ts';
import type { Conditions } from '../telemetry/conditions.ts';
import { showMoment, showWall } from '../scheduler/show.ts';

/** So many lives in a row that ended by themselves, each sooner than this, in ms, look like a loop. */
const SHORT_LIVES = 3;
const SHORT_MS = 60_000;

/** How many of the last lives it takes to judge. */
export const JUDGED_LIVES = SHORT_LIVES;

/** What this start makes up for; `lives` are the last ones, newest first. Times are shown on the clocks of `zone`. */
export function openingOf(
  lives: readonly Boot[],
  { now, zone }: { readonly now: number; readonly zone: string },
): Opening {
  const why = downtimeCause(lives[0], { now, zone });
  return isLoop(lives)
    ? { why, noCatchUp: `the last ${SHORT_LIVES} starts each lived less than a minute` }
    : { why };
}

/** `the service was down from … to …`, from the last life's signs; for a first start, that there was none. */
function downtimeCause(
  last: Boot | undefined,
  { now, zone }: { readonly now: number; readonly zone: string },
): string {
  if (last === undefined) return 'the service had not been started before';
  const back = showMoment(now, zone);
  return last.stoppedAt === undefined
    ? `the service died after ${showWall(last.aliveAt, zone)} and was back at ${back}`
    : `the service was down from ${showWall(last.stoppedAt, zone)} to ${back}`;
}

/** An orderly stop is somebody's will: it breaks the row. */
function isLoop(lives: readonly Boot[]): boolean {
  const last = lives.slice(0, SHORT_LIVES);
  return last.length === SHORT_LIVES && last.every(isCutShort);
}

function isCutShort({ startedAt, aliveAt, stoppedAt }: Boot): boolean {
  return stoppedAt === undefined && aliveAt - startedAt < SHORT_MS;
}

/** Says that nothing is made up, until this life has lasted longer than those. */
export function warnOfLoop(
  { noCatchUp }: Opening,
  { conditions, clock }: { readonly conditions: Conditions; readonly clock: Clock },
): Cancel {
  if (noCatchUp === undefined) return () => {};
  conditions.raise('catch_up_stopped', noCatchUp);
  return clock.after(SHORT_MS, () => {
    conditions.clear('catch_up_stopped');
  });
}
