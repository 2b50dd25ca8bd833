/** Decides where a payload comes from and what its content type is. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { AppError, messageOf } from '../core/errors.ts';
import type { CommandContext } from './command-spec.ts';

/** The bytes of a file, or of standard input for `-`. `not_found` names `flag` when the file cannot be read. */
export async function readData(
  file: string,
  { stdin, cwd }: CommandContext,
  flag = 'data',
): Promise<Uint8Array> {
  if (file === '-') return buffer(stdin);
  try {
    return await readFile(resolve(cwd, file));
  } catch (error) {
    throw new AppError('not_found', `--${flag} ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** JSON, text or bytes, told from what is there. */
export function contentTypeOf(data: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(data);
    return isJson(text) ? 'application/json' : 'text/plain; charset=utf-8';
  } catch {
    // Not UTF-8: that is the answer.
    return 'application/octet-stream';
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // The parser answers by throwing.
    return false;
  }
}
