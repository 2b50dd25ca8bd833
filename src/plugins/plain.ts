/** Decides which values leave a plugin: what JSON holds, and no more of it than the service can handle at once. */
import { AppError } from '../core/errors.ts';

/** Characters of JSON. */
export const MOST_STATE = 65_536;
export const MOST_ANSWER = 1_048_576;

/** The value as JSON has it. Throws, with `what` in the words, where JSON has no such value, or it is longer than `most`. */
export function plain(value: unknown, what: string, most: number): unknown {
  if (value === undefined) return undefined;
  const text = jsonOf(value, what, most);
  if (text === undefined) throw no(what, 'is nothing that JSON has');
  return JSON.parse(text);
}

/** Gives up early: the JSON of some tens of megabytes of bytes is more than V8 survives. */
function jsonOf(value: unknown, what: string, most: number): string | undefined {
  let left = most;
  const paid = (key: string, one: unknown): unknown => {
    if (ArrayBuffer.isView(one)) throw bytesIn(what);
    left -= key.length + (typeof one === 'string' ? one.length : 1);
    if (left < 0) throw no(what, `is longer than ${most} characters of JSON`);
    return one;
  };
  // Buffers are turned into lists before anybody is asked.
  if (ArrayBuffer.isView(value)) throw bytesIn(what);
  const text = JSON.stringify(value, paid) as string | undefined;
  if (text !== undefined && text.length > most) throw no(what, `is longer than ${most} characters of JSON`);
  return text;
}

function bytesIn(what: string): AppError {
  return no(what, 'holds bytes: write them as a text, such as Base64');
}

function no(what: string, why: string): AppError {
  return new AppError('invalid_argument', `${what} ${why}`);
}
