/** Decides when the files of a configuration have changed: events to be quick, a poll to be sure. */
import { dirname } from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { Cancel, Clock } from '../core/clock.ts';
import { settle } from './settle.ts';
import { foldersAmong, namesOnTheWay, signatureOf } from './signature.ts';

/** What a watcher is made of; times in ms. */
export interface WatcherOptions {
  readonly clock: Clock;
  /** Called when the files have changed and are at rest again; and once whenever other files are watched. */
  readonly onChange: () => void;
  /** Called with what went wrong while watching; the poll goes on. */
  readonly onFault: (error: unknown) => void;
  readonly pollMs?: number;
  readonly quietMs?: number;
  /** False: only the poll, as where there are no events. */
  readonly events?: boolean;
}

const POLL_MS = 2_000;
const QUIET_MS = 150;
const MAX_SETTLE_MS = 10_000;

/** Watches files, all links on the way to them included, until it is closed. */
export class ConfigWatcher {
  readonly #options: WatcherOptions;
  readonly #ended = new AbortController();
  #files: readonly string[] = [];
  /** Names whose events count. */
  #names: ReadonlySet<string> = new Set();
  /** Folders of which every entry counts. */
  #open: ReadonlySet<string> = new Set();
  readonly #folders = new Map<string, FSWatcher>();
  #seen = '';
  #cancelPoll: Cancel = () => {};
  #checking: Promise<void> | undefined;
  #checkAgain = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Watches `files` (absolute paths) from now on; of a folder, what comes and goes in it. */
  async watch(files: readonly string[]): Promise<void> {
    const next = [...new Set(files)].sort();
    if (next.join('\0') === this.#files.join('\0') || this.#isClosed()) return;
    this.#files = next;
    this.#seen = await signatureOf(next);
    await this.#listen();
    if (this.#isClosed()) return;
    this.#poll();
    // What changed between the reading of the files and the first look is in the signature already.
    this.#options.onChange();
    this.#check();
  }

  /** Stops; nothing is called any more after it resolves. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.#cancelPoll();
    await this.#checking;
    for (const [folder, events] of this.#folders) await this.#leave(folder, events);
  }

  #isClosed(): boolean {
    return this.#ended.signal.aborted;
  }

  /** One poll, however often files are named. */
  #poll(): void {
    this.#cancelPoll();
    this.#cancelPoll = this.#options.clock.after(this.#options.pollMs ?? POLL_MS, () => {
      this.#check();
      this.#poll();
    });
  }

  /** Listens in the folders of all names on the way; they are others when a link leads elsewhere. */
  async #listen(): Promise<void> {
    const ways = await Promise.all(this.#files.map(namesOnTheWay));
    const names = new Set(ways.flat());
    this.#open = new Set(await foldersAmong(this.#files));
    const folders = new Set([...[...names].map((name) => dirname(name)), ...this.#open]);
    this.#names = names;
    if (this.#options.events === false || this.#isClosed()) return;
    for (const [folder, events] of this.#folders) if (!folders.has(folder)) await this.#leave(folder, events);
    for (const folder of folders) {
      if (!this.#folders.has(folder)) await this.#enter(folder).catch(this.#options.onFault);
    }
  }

  /** Begins to hear of changes in a folder; what changed meanwhile is looked for afterwards. */
  async #enter(folder: string): Promise<void> {
    const { watch } = await import('chokidar');
    const events = watch(folder, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => path !== folder && !this.#open.has(folder) && !this.#names.has(path),
    });
    this.#folders.set(folder, events);
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    events.on('ready', resolve);
    events.on('error', (error) => {
      this.#options.onFault(error);
      resolve();
    });
    events.on('all', (event, path) => {
      // A folder that comes back is another one.
      if (event === 'unlinkDir' && path === folder) void this.#leave(folder, events);
      this.#check();
    });
    await ready;
    this.#checkAgain = true;
  }

  async #leave(folder: string, events: FSWatcher): Promise<void> {
    this.#folders.delete(folder);
    await events.close();
  }

  /** Compares, one look at a time; what happens meanwhile is looked at afterwards. */
  #check(): void {
    if (this.#checking !== undefined) {
      this.#checkAgain = true;
      return;
    }
    this.#checking = this.#compare()
      .catch((error: unknown) => {
        this.#options.onFault(error);
      })
      .finally(() => {
        this.#checking = undefined;
        if (this.#checkAgain) this.#check();
      });
    this.#checkAgain = false;
  }

  async #compare(): Promise<void> {
    const { signal } = this.#ended;
    const look = (): Promise<string> => signatureOf(this.#files);
    if (signal.aborted || (await look()) === this.#seen) return;
    const { clock, quietMs = QUIET_MS } = this.#options;
    this.#seen = await settle(look, { clock, quietMs, maxMs: MAX_SETTLE_MS, signal });
    await this.#listen();
    if (!this.#isClosed()) this.#options.onChange();
  }
}
