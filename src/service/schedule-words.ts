/** Decides how the schedule of a trigger is told to people. */
import { unrolled } from '../scheduler/unrolled.ts';
import { describeCron } from '../triggers/describe.ts';

/** A schedule as it is written. */
export interface WrittenSchedule {
  readonly expression: string;
  /** IANA name. */
  readonly zone: string;
  /** What `H` is hashed from: the trigger's id, empty for an expression alone. */
  readonly seed: string;
}

/** `2:00 AM daily (Berlin)`; what has no true words is given back as written. */
export function scheduleWords({ expression, zone, seed }: WrittenSchedule): string {
  const plain = unrolled(expression, seed);
  const words = describeCron(plain, zone);
  return words === plain ? expression : words;
}
