/** Decides when the files of a configuration have changed: events to be quick, a poll to be sure. */
import { dirname } from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { Cancel, Clock } from '../core/clock.ts';
import { settle } from './settle.ts';
import { namesOnTheWay, signatureOf } from './signature.ts';

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
  #events: FSWatcher | undefined;
  readonly #folders = new Set<string>();
  #seen = '';
  #cancelPoll: Cancel = () => {};
  #checking: Promise<void> | undefined;
  #checkAgain = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Watches `files` (absolute paths) from now on. */
  async watch(files: readonly string[]): Promise<void> {
    const next = [...new Set(files)].sort();
    if (next.join('\0') === this.#files.join('\0') || this.#ended.signal.aborted) return;
    const isStart = this.#files.length === 0;
    this.#files = next;
    this.#seen = await signatureOf(next);
    await this.#listen();
    if (this.#ended.signal.aborted) return;
    if (isStart) this.#poll();
    // What changed between the reading of the files and this moment is in the signature already.
    this.#options.onChange();
  }

  /** Stops; nothing is called any more after it resolves. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.#cancelPoll();
    await this.#checking;
    await this.#events?.close();
  }

  #poll(): void {
    this.#cancelPoll = this.#options.clock.after(this.#options.pollMs ?? POLL_MS, () => {
      this.#check();
      this.#poll();
    });
  }

  /** Listens in the folders of all names on the way; they are others when a link leads elsewhere. */
  async #listen(): Promise<void> {
    const ways = await Promise.all(this.#files.map(namesOnTheWay));
    const names = new Set(ways.flat());
    const folders = [...new Set([...names].map((name) => dirname(name)))];
    this.#names = new Set([...names, ...folders]);
    if (this.#options.events === false || this.#ended.signal.aborted) return;
    try {
      this.#events ??= await this.#open();
      const unwatched = folders.filter((folder) => !this.#folders.has(folder));
      for (const folder of unwatched) this.#folders.add(folder);
      this.#events.add(unwatched);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  async #open(): Promise<FSWatcher> {
    const { watch } = await import('chokidar');
    const events = watch([], {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => !this.#names.has(path),
    });
    events.on('all', (event, path) => {
      // One that comes back is another folder.
      if (event === 'unlinkDir') this.#folders.delete(path);
      this.#check();
    });
    events.on('error', (error) => {
      this.#options.onFault(error);
    });
    return events;
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
    if (!this.#ended.signal.aborted) this.#options.onChange();
  }
}
