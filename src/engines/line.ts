/** Decides how something long is shown as one short line: what a tool works on, what went wrong. */
import type { JsonObject } from '../core/json.ts';
import { textOf } from './fields.ts';

/** The most that a line about a tool holds, in characters. */
export const MAX_DETAIL = 200;

/** The most that a message of an engine holds, in characters. */
export const MAX_MESSAGE = 500;

/** What an event carries of one: far more than is shown, so that no secret is cut in two before it is masked. */
export const MAX_CARRIED = 4_000;

/** What says best what a tool works on, the best first. */
const telling = [
  'command',
  'cmd',
  'file_path',
  'filePath',
  'path',
  'dir_path',
  'pattern',
  'query',
  'url',
  'description',
  'prompt',
] as const;

/** The text in one line, white space as single spaces, cut at `max` characters. */
export function oneLine(text: string, max: number): string {
  // More than this cannot be shown, and need not be searched for white space.
  const line = withoutHalf(text.slice(0, max * 4))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= max ? line : `${withoutHalf(line.slice(0, max - 1))}…`;
}

/** What a tool works on, by its arguments: the telling one, else the first text among them. */
export function detailOf(input: JsonObject): string {
  const texts = [...telling.map((key) => input[key]), ...Object.values(input)].map(textOf);
  return oneLine(texts.find((text) => text !== null) ?? '', MAX_CARRIED);
}

/** Without the first half of a character at its end. */
function withoutHalf(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '');
}
