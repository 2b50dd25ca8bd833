/** Decides where the moment ends and the prompt begins in what somebody writes behind `/at`. */
import { parseDuration } from '../../core/duration.ts';
import { parseWhen } from '../../scheduler/when.ts';
import type { When } from '../../scheduler/when.ts';

/** Words that a moment is written with at most: `next friday at 9:30 am`. */
const MOST_WORDS = 5;

/** The clock that moments are read by. */
export interface Now {
  readonly nowMs: number;
  /** IANA name. */
  readonly zone: string;
}

/** A moment as written, what was made of it, and what stands behind it. */
export interface Split {
  readonly when: string;
  readonly read: When;
  readonly rest: string;
}

/**
 * The longest beginning that is one moment; what is wrong with the first word, where none is. A moment that is over is
 * one too. A moment that goes on with a length of time is two, so that `14:30 2 days of logs` means half past two, unless
 * the length continues another one: its units are smaller, and it is not spelt out (`2 days`) behind one that is
 * closed up (`30m`). Hence `1h 30m check` and `2 hours 30 minutes check` are one length and a word, and of
 * `30m 2 days of logs` only `30m` is the moment.
 */
export async function splitWhen(text: string, now: Now): Promise<Split> {
  const ends = [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => index + word.length);
  const [first = 0, ...others] = ends.slice(0, MOST_WORDS);
  for (const end of others.reverse()) {
    const read = await readOne(text.slice(0, end), now);
    if (read !== undefined) return { when: text.slice(0, end), read, rest: text.slice(end).trim() };
  }
  const when = text.slice(0, first);
  return { when, read: await parseWhen(when, now), rest: text.slice(first).trim() };
}

/** Undefined: it cannot be read, or it is a moment and a length of time. */
async function readOne(words: string, now: Now): Promise<When | undefined> {
  const read = await parseWhen(words, now);
  if (!isMoment(read)) return undefined;
  for (const { index } of words.matchAll(/\s+(?=\S)/g)) {
    const [before, after] = [words.slice(0, index), words.slice(index).trim()];
    if (parseDuration(after) === undefined || continues(after, before)) continue;
    if (isMoment(await parseWhen(before, now))) return undefined;
  }
  return read;
}

function isMoment(read: When): boolean {
  return read.ok || read.kind === 'past';
}

/** True where both are lengths of time and together one. */
function continues(after: string, before: string): boolean {
  const length = before.replace(/^in\s+/i, '');
  if (parseDuration(length) === undefined) return false;
  const isClosedUp = /\d\S*[a-z]$/i.test(length);
  const isSpeltOut = /^[\d.]+\s/.test(after);
  return Math.max(...unitsOf(after)) < Math.min(...unitsOf(length)) && !(isClosedUp && isSpeltOut);
}

/** Ms of one of each unit that a length of time is written in. */
function unitsOf(length: string): readonly number[] {
  return (length.match(/[a-z]+/gi) ?? []).map((unit) => parseDuration(`1${unit}`) ?? 0);
}
