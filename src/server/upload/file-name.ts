/** Decides under which name a file is kept that a sender names as it likes. Pure. */
import { join, parse } from 'node:path';

/** What a file is called that has no name, or none of which anything is left. */
export const UNNAMED = 'upload.bin';

// A name has 255 bytes on every file system in use; the rest is for a number that tells it from others.
const MAX_LENGTH = 200;
const MAX_EXTENSION = 20;
/** Names that Windows keeps for devices, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The last component of what the sender wrote, in ASCII letters, digits, `.`, `_` and `-`: marks over letters are
 * dropped, anything else becomes `_`. It begins with neither a dot, which would hide it, nor a dash, which programs take
 * for an option.
 */
export function safeName(sent: string | undefined): string {
  const last = (sent ?? '').split(/[/\\]/).at(-1) ?? '';
  const plain = last.normalize('NFKD').replace(/\p{M}/gu, '');
  const safe = plain.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[.-]+|\.+$/g, '');
  if (/^[._-]*$/.test(safe)) return UNNAMED;
  return shortened(DEVICE.test(safe) ? `_${safe}` : safe);
}

/** The path itself, then numbered before its extension: `report.txt`, `report_1.txt`, `report_2.txt`. */
export function numbered(path: string, number: number): string {
  if (number === 0) return path;
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}_${number}${ext}`);
}

function shortened(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  const extension = parse(text).ext.slice(0, MAX_EXTENSION);
  return text.slice(0, MAX_LENGTH - extension.length) + extension;
}
