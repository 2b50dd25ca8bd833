/** Decides how the real program is started to be measured: in a folder of its own, on a free port, from this checkout. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../src/core/errors.ts';
import type { ProbeAnswer, ProbeQuestion } from '../probe.ts';
import { ask, pin } from '../processes.ts';
import { childrenOf } from './usage.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const PROBE = new URL('../probe.ts', import.meta.url).href;
const STOP_WITHIN_MS = 15_000;

export interface ServiceStart {
  readonly toml: string;
  /** The core that the service and its launcher helper stay on; any when left out. */
  readonly core?: number;
  /** What starts it, such as a program that holds its port; nothing by default. */
  readonly by?: readonly string[];
  /** The program to start; the checkout's own by default. */
  readonly program?: string;
  /** False: nothing is loaded into the process, and it cannot be asked. */
  readonly probe?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** The service, in its own process. */
export class MeasuredService implements AsyncDisposable {
  readonly folder: string;
  readonly port: number;
  /** From the fork to the line that says where it listens, ms. */
  readonly readyMs: number;
  readonly #process: ChildProcess;

  constructor(parts: {
    readonly folder: string;
    readonly port: number;
    readonly readyMs: number;
    readonly process: ChildProcess;
  }) {
    this.folder = parts.folder;
    this.port = parts.port;
    this.readyMs = parts.readyMs;
    this.#process = parts.process;
  }

  /** Starts it and resolves when it serves. Rejects with what it said when it ends instead. */
  static async start(start: ServiceStart): Promise<MeasuredService> {
    const folder = await mkdtemp(join(tmpdir(), 'untether-bench-'));
    await writeFile(join(folder, 'untether.toml'), start.toml, { mode: 0o600 });
    const startedAt = performance.now();
    const child = spawnService(folder, start);
    const port = await portOf(child).catch(async (error: unknown): Promise<never> => {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
      throw error;
    });
    const readyMs = performance.now() - startedAt;
    const service = new MeasuredService({ folder, port, readyMs, process: child });
    if (start.core !== undefined) service.#pinAll(start.core);
    return service;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The launcher helper, as long as nothing runs. */
  get helpers(): readonly number[] {
    return childrenOf(this.pid);
  }

  get stateDir(): string {
    return join(this.folder, 'state');
  }

  /** Saves as editors do: a new file renamed over the old one. */
  async save(toml: string): Promise<void> {
    await writeFile(join(this.folder, '.new'), toml, { mode: 0o600 });
    await rename(join(this.folder, '.new'), join(this.folder, 'untether.toml'));
  }

  ask(question: ProbeQuestion): Promise<ProbeAnswer> {
    return ask(this.#process, question);
  }

  /** Calls the control socket. */
  async control<T>(method: string, input: object = {}): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const socketPath = join(this.stateDir, 'control.sock');
    const outgoing = request({ socketPath, path: `/v1/${method}`, method: 'POST' }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      incoming.once('end', () => {
        if (incoming.statusCode === 200) resolve(JSON.parse(text) as T);
        else reject(new AppError('internal', `${method}: ${text}`));
      });
    });
    outgoing.once('error', reject);
    outgoing.end(JSON.stringify(input));
    return promise;
  }

  /** Tells it to stop; resolves when it has. */
  async stopped(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }

  /** Stops it in order, by force when it does not, and takes its folder away. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      const force = setTimeout(() => this.#process.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(force);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  #pinAll(core: number): void {
    for (const pid of [this.pid, ...this.helpers]) pin(pid, core);
  }
}

function spawnService(
  folder: string,
  { by = [], program = MAIN, probe = true, env = {} }: ServiceStart,
): ChildProcess {
  const own = ['run', '--config', join(folder, 'untether.toml'), '--state', join(folder, 'state')];
  const words = [...by, process.execPath, ...(probe ? ['--import', PROBE] : []), program, ...own];
  return spawn(words[0] ?? process.execPath, words.slice(1), {
    cwd: folder,
    env: { ...process.env, HOME: folder, NO_COLOR: '1', ...env },
    stdio: probe ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
}

async function portOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let said = '';
  const hear = (chunk: string): void => {
    // What it logs later is read, so that the pipe never fills, and let go.
    if (said.length < 100_000) said += chunk;
    const port = /listening on http:\/\/[^\s]*:(\d+)/.exec(said)?.[1];
    if (port !== undefined) resolve(Number(port));
  };
  child.stdout?.setEncoding('utf8').on('data', hear);
  child.stderr?.setEncoding('utf8').on('data', hear);
  child.once('error', reject);
  child.once('exit', () => {
    reject(new AppError('internal', `the service ended instead of serving:\n${said}`));
  });
  return promise;
}
