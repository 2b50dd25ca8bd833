/** Decides what a test sees of a process: what it prints, as it comes, and how it ends. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a finished command left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way. */
export class Child {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  stdout = '';
  stderr = '';
  #isOver = false;
  #heard = Promise.withResolvers<void>();

  constructor(child: ChildProcess) {
    this.process = child;
    const hear = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      this[stream] += chunk.toString();
      this.#wake();
    };
    child.stdout?.on('data', hear('stdout'));
    child.stderr?.on('data', hear('stderr'));
    this.finished = once(child, 'close').then(([code]) => {
      this.#isOver = true;
      this.#wake();
      return { code: code as number | null, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** Resolves with the first group of `pattern` once the process has printed it; rejects when it ends before. */
  async sees(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (match !== null) return match[1] ?? match[0];
      if (this.#isOver) throw new Error(`ended without ${String(pattern)}:\n${this.stdout}\n${this.stderr}`);
      await this.#heard.promise;
    }
  }

  #wake(): void {
    this.#heard.resolve();
    this.#heard = Promise.withResolvers<void>();
  }
}
