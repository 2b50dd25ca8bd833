/** Decides how much of a finished run's output is told elsewhere: the end of its last attempt's, without secrets. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { RunId } from '../core/ids.ts';
import type { Mask } from '../core/secret.ts';
import { outputFile } from './output.ts';

/** Which output is asked for. */
export interface OutputQuery {
  /** Absolute folder of all output. */
  readonly root: string;
  readonly run: RunId;
  /** Number of the attempt; 0: there was none. */
  readonly attempt: number;
  readonly maxBytes: number;
  readonly mask: Mask;
}

/** The text, and whether something before it was left out. */
export interface EndOfOutput {
  readonly text: string;
  readonly isCut: boolean;
}

/** Read in front of what is told, and never told itself: no secret is longer, so that none is seen by its second half alone. */
const MARGIN = 64 * 1024;

/** What the attempt wrote, or its last `maxBytes`; empty where there is no file (any more). */
export async function endOfOutput(query: OutputQuery): Promise<EndOfOutput> {
  const { root, run, attempt, maxBytes, mask } = query;
  const handle = await openIfThere(outputFile(root, run, attempt));
  if (handle === undefined) return { text: '', isCut: false };
  try {
    const { size } = await handle.stat();
    if (size <= maxBytes) return { text: mask((await lastBytes(handle, size)).toString()), isCut: false };
    const bytes = await lastBytes(handle, Math.min(size, maxBytes + MARGIN));
    return { text: withoutMargin(bytes, maxBytes, mask), isCut: true };
  } finally {
    await handle.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  return open(file, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function lastBytes(handle: FileHandle, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, size - length);
  return buffer.subarray(0, bytesRead);
}

/** At most so many bytes of the end, beginning with a whole character, behind what the margin comes to. */
function withoutMargin(bytes: Buffer, maxBytes: number, mask: Mask): string {
  const margin = mask(bytes.subarray(0, Math.max(0, bytes.length - maxBytes)).toString());
  const masked = Buffer.from(mask(bytes.toString()));
  const rest = masked.subarray(Math.max(Buffer.byteLength(margin), masked.length - maxBytes));
  const start = rest.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return start === -1 ? '' : rest.subarray(start).toString();
}
