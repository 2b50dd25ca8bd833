/** Decides that every check has its say: all at once, none for longer than its time, none ended by another. */
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Facts } from './facts.ts';
import { broken, doubtful } from './finding.ts';
import type { Finding } from './finding.ts';

/** One thing to look at. */
export interface Check {
  readonly name: string;
  /** Any number of findings; what it throws becomes one. */
  readonly examine: (facts: Facts) => Promise<readonly Finding[]>;
}

const MOST_MS = 10_000;

/** All findings, in the order of the checks. Never rejects. */
export async function examineAll(checks: readonly Check[], facts: Facts): Promise<readonly Finding[]> {
  const findings = await Promise.all(checks.map((check) => examineOne(check, facts)));
  return findings.flat();
}

async function examineOne({ name, examine }: Check, facts: Facts): Promise<readonly Finding[]> {
  const timeUp = giveUpAfter(MOST_MS, name, facts.clock);
  try {
    return await Promise.race([examine(facts), timeUp.finding]);
  } catch (error) {
    return [broken({ name, finding: `could not be checked: ${messageOf(error)}` }, '')];
  } finally {
    timeUp.cancel();
  }
}

function giveUpAfter(
  ms: number,
  name: string,
  clock: Clock,
): { readonly finding: Promise<readonly Finding[]>; readonly cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<readonly Finding[]>();
  const finding = `took longer than ${ms / 1_000} s and was given up`;
  const cancel = clock.after(ms, () => {
    resolve([doubtful({ name, finding }, 'look whether a disk or the network hangs')]);
  });
  return { finding: promise, cancel };
}
