/** Decides how a test hears what systemd would: a unix socket for datagrams, which Node has none of, kept by Python. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from '../untether.ts';

const PROGRAM = fileURLToPath(new URL('./notified.py', import.meta.url));

/** False: this machine cannot listen to datagrams on a unix socket. */
export const canListen = spawnSync('python3', ['--version']).status === 0;

/** One datagram; `at` is its arrival on CLOCK_MONOTONIC, in µs. */
export type Notified = Readonly<Record<string, string>> & { readonly at: string };

/** Somebody who hears. */
export class Listening implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly heard: Notified[] = [];

  private constructor(name: string) {
    this.#child = spawn('python3', [PROGRAM, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('no output');
    createInterface({ input: stdout }).on('line', (line) => {
      this.heard.push(JSON.parse(line) as Notified);
    });
  }

  /** Listens on a path, or with `@` in the abstract name space. */
  static async on(name: string): Promise<Listening> {
    const listening = new Listening(name);
    await eventually('it listens', async () => listening.heard.shift() !== undefined);
    return listening;
  }

  /** The fields that were heard, in order, without how it is doing and that it is alive. */
  steps(): readonly string[] {
    return this.heard
      .map((one) => Object.keys(one)[1] ?? '')
      .filter((name) => !['STATUS', 'WATCHDOG'].includes(name));
  }

  /** The values of a field, in order. */
  of(name: string): readonly string[] {
    return this.heard.flatMap((one) => one[name] ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await once(this.#child, 'exit');
  }
}
