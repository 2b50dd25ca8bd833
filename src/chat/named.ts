/** Decides where the name of a trigger ends and what is said about it begins: a name may hold spaces. */
import { AppError } from '../core/errors.ts';
import type { ChatWorld } from './command.ts';

/** Words that a name is looked for in. */
const MOST_WORDS = 12;

/** A name, which is perhaps nobody's, and what stands behind it. */
export interface Named {
  readonly name: string;
  readonly rest: string;
}

/** The longest beginning that names a trigger; where none does, the first word. */
export async function splitName(text: string, { control }: ChatWorld): Promise<Named> {
  const ends = [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => index + word.length);
  const [first = 0, ...others] = ends.slice(0, MOST_WORDS);
  for (const end of others.reverse()) {
    if (await isTrigger(text.slice(0, end), control)) return splitAt(text, end);
  }
  return splitAt(text, first);
}

function splitAt(text: string, end: number): Named {
  return { name: text.slice(0, end), rest: text.slice(end).trim() };
}

async function isTrigger(name: string, control: ChatWorld['control']): Promise<boolean> {
  try {
    await control.triggers({ trigger: name });
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'not_found') return false;
    // Whose it is will be asked when it is used.
    if (error.code === 'ambiguous') return true;
    throw error;
  }
}
