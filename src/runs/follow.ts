/** Decides how a run's output is read while it grows: what is there, then what comes, until the run is over. */
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../core/clock.ts';
import { pause } from '../core/clock.ts';
import type { OutputChunk } from '../core/views.ts';
import type { RunId } from '../core/ids.ts';
import { attemptLine, outputFiles } from './output.ts';

const LOOK_EVERY_MS = 150;
const READ_BYTES = 64 * 1024;

/** What to follow; `isOver` is asked before each look, so that nothing written before the end is left out. */
export interface Followed {
  readonly root: string;
  readonly run: RunId;
  readonly isOver: () => Promise<boolean>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Yields the output in order, attempt after attempt, and ends when the run is over or the signal is aborted. */
export async function* followOutput(followed: Followed): AsyncGenerator<OutputChunk> {
  const readers: Reader[] = [];
  while (!followed.signal.aborted) {
    const isOver = await followed.isOver();
    for (const [index, file] of (await outputFiles(followed.root, followed.run)).entries()) {
      if (readers[index] === undefined && index > 0) yield { stream: 'out', text: attemptLine(index + 1) };
      const reader = (readers[index] ??= new Reader(file));
      for await (const text of reader.rest()) yield { stream: 'out', text };
    }
    if (isOver) return;
    await pause(followed.clock, LOOK_EVERY_MS, followed.signal);
  }
}

class Reader {
  readonly #file: string;
  readonly #decoder = new StringDecoder('utf8');
  #position = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** All that was written since the last call. */
  async *rest(): AsyncGenerator<string> {
    const handle = await open(this.#file, 'r');
    try {
      const { size } = await handle.stat();
      if (size < this.#position) {
        this.#position = size;
        yield '\n[… output cut here …]\n';
      }
      const buffer = Buffer.alloc(READ_BYTES);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, this.#position);
        if (bytesRead === 0) return;
        this.#position += bytesRead;
        const text = this.#decoder.write(buffer.subarray(0, bytesRead));
        if (text !== '') yield text;
      }
    } finally {
      await handle.close();
    }
  }
}
