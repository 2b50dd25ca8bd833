/** Decides where the name of a trigger ends and what is said about it begins: a name may hold spaces. */
import type { Control } from '../../core/control.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { triggersNamed } from './lookup.ts';

/** Words that a name is looked for in. */
const MOST_WORDS = 12;

/** See `Control.splitTrigger`; a name that two triggers share is one, too. */
export function splitTrigger(text: string, snapshot: Snapshot): ReturnType<Control['splitTrigger']> {
  const ends = [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => index + word.length);
  const isName = (end: number): boolean => triggersNamed(snapshot, text.slice(0, end)).length > 0;
  const end = ends.slice(0, MOST_WORDS).findLast(isName) ?? ends[0] ?? 0;
  return { trigger: text.slice(0, end), rest: text.slice(end).trim() };
}
