/** Decides which command somebody meant who wrote none: `.ping` and `/pign` are no prompts for an agent. */
import { didYouMean } from '../core/suggest.ts';

/** What is said about an unknown command. */
export function unknownCommand(name: string, known: readonly string[]): string {
  const hint = didYouMean(name, known).replace(/"(.*)"/, '/$1');
  return `there is no command /${name}${hint === '' ? '; /help lists those there are' : hint}`;
}

/** The words of a text that begins like a command with the wrong sign in front (`.ping`); undefined: it is plain text. */
export function mistypedCommand(text: string, known: readonly string[]): string | undefined {
  const name = /^[.\\!,]([A-Za-z_]+)(?=\s|$)/.exec(text)?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  return known.includes(name) || didYouMean(name, known) !== '' ? name : undefined;
}
