/** Decides how a file is read while a program writes to it: what is there, again and again, and the rest at the end. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { pause } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';

const LOOK_EVERY_MS = 100;
const READ_BYTES = 64 * 1024;
const LOOK_BYTES = 1024 * 1024;

/** What to read, and until when. */
export interface Tailed {
  readonly file: string;
  /** Aborted when nothing more will be written. */
  readonly isOver: AbortSignal;
  readonly clock: Clock;
  /** Handed what was written, in order; the bytes are its own only during the call. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Called after each look that found something. */
  readonly onLook: () => Promise<void>;
}

/** Resolves when everything was read that was written before `isOver` was aborted. */
export async function tail({ file, isOver, clock, onBytes, onLook }: Tailed): Promise<void> {
  // Made where nobody has written yet.
  await using handle = await open(file, 'a+');
  const buffer = Buffer.alloc(READ_BYTES);
  let position = 0;
  for (;;) {
    const isLast = isOver.aborted;
    let looked = 0;
    for (;;) {
      const bytes = await readAt(handle, buffer, position);
      if (bytes === 0) break;
      onBytes(buffer.subarray(0, bytes));
      position += bytes;
      looked += bytes;
      if (looked < LOOK_BYTES) continue;
      // Whoever writes faster than this is read must not fill the memory.
      await onLook();
      looked = 0;
    }
    if (looked > 0) await onLook();
    if (isLast) return;
    await pause(clock, LOOK_EVERY_MS, isOver);
  }
}

async function readAt(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return bytesRead;
}
