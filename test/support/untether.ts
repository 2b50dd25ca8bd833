/** Decides how a test talks to the real program: a folder of its own, the real process, its socket and its port. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, inject } from 'vitest';
import { Child } from './child.ts';
import type { Finished } from './child.ts';
import { runHere } from './here.ts';

/** The program: the bundle where the project of the test provides one, else the sources. */
const BUNDLE = inject('programFolder');
const MAIN =
  BUNDLE === undefined
    ? fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    : join(BUNDLE, 'main.js');

/** What came back of a request. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Processes that no test has ended: one that hung until its time was up must not leave a service behind. */
const living = new Set<ChildProcess>();
afterAll(() => {
  for (const child of living) child.kill('SIGKILL');
});

/** A folder with an `untether.toml`, and the processes that a test starts in it. */
export class Sandbox implements AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #children = new Set<ChildProcess>();

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.env = env;
  }

  /** A new folder; `toml` becomes its configuration. */
  static async make(toml?: string, env: Readonly<Record<string, string>> = {}): Promise<Sandbox> {
    const sandbox = new Sandbox(await mkdtemp(join(tmpdir(), 'untether-e2e-')), env);
    if (toml !== undefined) await sandbox.write('untether.toml', toml);
    return sandbox;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file in place. */
  async write(name: string, text: string): Promise<void> {
    await writeFile(this.path(name), text);
  }

  /** Saves as editors do: a new file renamed over the old one. */
  async save(toml: string): Promise<void> {
    await writeFile(this.path('.untether.toml.new'), toml);
    await rename(this.path('.untether.toml.new'), this.path('untether.toml'));
  }

  async read(name: string): Promise<string> {
    return readFile(this.path(name), 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    });
  }

  /** Starts any command of the program; its output is in `stdout` and `stderr` as it comes. */
  spawn(...args: readonly string[]): Child {
    return this.#spawn(process.execPath, [MAIN, ...args]);
  }

  #spawn(program: string, args: readonly string[]): Child {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: this.#environment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const known of [living, this.#children]) {
      known.add(child);
      child.once('exit', () => known.delete(child));
    }
    return new Child(child);
  }

  /** Runs a command to its end, in this process; `spawn` is for what only a process of its own shows. */
  run(...args: readonly string[]): Promise<Finished> {
    return runHere(args, { cwd: this.folder, env: this.#environment() });
  }

  /** Runs a command that must succeed and answers what it printed as JSON. */
  async json<T>(command: string, ...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(command, '--json', ...args);
    if (code !== 0)
      throw new Error(`untether ${command} ${args.join(' ')} left with ${code}: ${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  }

  /** Starts the service and resolves when it is ready. */
  start(...args: readonly string[]): Promise<Service> {
    return this.#ready(this.spawn('run', ...args));
  }

  /** The same by way of a program that starts it: `program words… node main.ts run`. */
  startBy(program: string, words: readonly string[], args: readonly string[] = []): Promise<Service> {
    return this.#ready(this.spawnBy(program, words, args));
  }

  /** Starts the service by way of a program, and does not wait for it. */
  spawnBy(program: string, words: readonly string[], args: readonly string[] = []): Child {
    return this.#spawn(program, [...words, process.execPath, MAIN, 'run', ...args]);
  }

  /** The same where no file may grow beyond `kib`: every disk is full sooner or later. */
  startCramped(kib: number): Promise<Service> {
    return this.startUnder(`ulimit -f ${kib * 2}`);
  }

  /** The same behind a line of shell, such as a `ulimit`. */
  startUnder(line: string): Promise<Service> {
    return this.startBy('sh', ['-c', `${line}; exec "$@"`, 'sh']);
  }

  #environment(): NodeJS.ProcessEnv {
    const { NODE_ENV: _, VITEST: __, ...inherited } = process.env;
    const cache = BUNDLE === undefined ? {} : { NODE_COMPILE_CACHE: join(BUNDLE, 'cache') };
    return { ...inherited, HOME: this.folder, NO_COLOR: '1', ...cache, ...this.env };
  }

  async #ready(child: Child): Promise<Service> {
    const url = await child.sees(/(https?:\/\/[^\s"'\\]+)/);
    const service = new Service(this, child, new URL(url).origin);
    await eventually('the service is ready', async () => (await service.get('/ready')).status === 200);
    return service;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all([...this.#children].map((child) => once(child, 'exit')));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The service under test. */
export class Service {
  readonly sandbox: Sandbox;
  readonly child: Child;
  readonly url: string;

  constructor(sandbox: Sandbox, child: Child, url: string) {
    this.sandbox = sandbox;
    this.child = child;
    this.url = url;
  }

  get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  post(
    path: string,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    return this.send('POST', path, { body, headers });
  }

  /** One request on a connection of its own; which certificate is shown makes no difference. */
  send(
    method: string,
    path: string,
    sent: { body?: string | Uint8Array; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const outgoing = (this.url.startsWith('https:') ? requestSecurely : request)(
      `${this.url}${path}`,
      { method, headers: { connection: 'close', ...sent.headers }, rejectUnauthorized: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          });
        });
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(sent.body);
    return promise;
  }

  /** Sends a signal; the exit is awaited by `child.finished`. */
  signal(name: NodeJS.Signals): void {
    this.child.process.kill(name);
  }

  /** Stops in order; what holds the process after that is a defect. */
  async stop(): Promise<Finished> {
    this.signal('SIGTERM');
    const finished = await this.child.finished;
    if (finished.stderr.includes('was held open by')) throw new Error(finished.stderr);
    return finished;
  }

  /** Pulls the plug. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.child.finished;
  }
}

/** Asks again and again until the answer is true; fails with what was awaited when it never is. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const endsAt = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < endsAt) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never came true: ${what}`, { cause: last });
}

/** True while a process lives; one that has ended and only waits to be collected does not. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) Z /.test(stat);
}
