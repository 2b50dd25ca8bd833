/** Decides how the time before this start is told, and whether what it missed is made up at all. */
import type { Boot } from '../core/service-ledger.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import type { Opening } from '../scheduler/late.ts';
import type { Conditions } from '../telemetry/conditions.ts';
import { utc } from '../core/utc.ts';

/** So many lives in a row that ended by themselves, each sooner than this, in ms, look like a loop. */
const SHORT_LIVES = 3;
const SHORT_MS = 60_000;

/** How many of the last lives it takes to judge. */
export const JUDGED_LIVES = SHORT_LIVES;

/** What this start makes up for; `lives` are the last ones, newest first. */
export function openingOf(lives: readonly Boot[], now: number): Opening {
  const why = downtimeCause(lives[0], now);
  return isLoop(lives)
    ? { why, noCatchUp: `the last ${SHORT_LIVES} starts each lived less than a minute` }
    : { why };
}

/** `the service was down from … to … UTC`, from the last life's signs; for a first start, that there was none. */
export function downtimeCause(last: Boot | undefined, now: number): string {
  if (last === undefined) return 'the service had not been started before';
  const back = `${utc(now)} UTC`;
  return last.stoppedAt === undefined
    ? `the service died after ${utc(last.aliveAt)} and was back at ${back}`
    : `the service was down from ${utc(last.stoppedAt)} to ${back}`;
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
