/** Decides how the time before this start is told: when the service was last alive, and how it ended. */
import type { Boot } from '../core/ledger.ts';
import { utc } from './utc.ts';

/** `the service was down from … to … UTC`, from the last life's signs; for a first start, that there was none. */
export function downtimeCause(last: Boot | undefined, now: number): string {
  if (last === undefined) return 'the service had not been started before';
  const back = `${utc(now)} UTC`;
  return last.stoppedAt === undefined
    ? `the service died after ${utc(last.aliveAt)} and was back at ${back}`
    : `the service was down from ${utc(last.stoppedAt)} to ${back}`;
}
