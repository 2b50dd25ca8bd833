/** Decides what is said about a reference to a bot, an engine or a project that there is none of. */
import { knownName } from '../core/named.ts';
import { didYouMean } from '../core/suggest.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';

/** A name as written, and what it may refer to. */
export interface Reference {
  readonly noun: 'bot' | 'engine' | 'project';
  readonly name: string;
  readonly known: Iterable<string>;
}

/** The fault of a name that nothing has. */
export function unknownName(path: KeyPath, { noun, name, known }: Reference): Problem {
  return fault(path, `there is no ${noun} ${JSON.stringify(name)}${didYouMean(name, known)}`);
}

/** The same, if nothing has it; a key that is left out refers to nothing. */
export function checkName(
  path: KeyPath,
  { noun, name, known }: Omit<Reference, 'name'> & { readonly name: string | undefined },
): readonly Problem[] {
  const names = [...known];
  if (name === undefined || knownName(names, name) !== undefined) return [];
  return [unknownName(path, { noun, name, known: names })];
}
