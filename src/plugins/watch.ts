/** Decides when the files of a plugin have changed and are at rest again. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cancel, Clock } from '../core/clock.ts';
import { isIgnored } from './files.ts';
import { ENDINGS } from './manifest.ts';

/** What a watcher is made of. */
export interface PluginWatcherDeps {
  readonly clock: Clock;
  /** Absolute paths of files and folders, which need not be there. */
  readonly paths: readonly string[];
  /** Called once the files are at rest after a change; no look is taken before it resolves. */
  readonly onRest: () => Promise<void>;
}

const LOOK_MS = 500;
const QUIET_MS = 1_000;
const MOST_WAIT_MS = 5_000;

/** Where the plugin of an id may lie. */
export function pathsOf(folder: string, id: string): readonly string[] {
  return ['', ...ENDINGS].map((ending) => join(folder, `${id}${ending}`));
}

/** Looks at the files of one plugin again and again, also where the file system tells of no changes, until it is closed. */
export class PluginWatcher {
  readonly #deps: PluginWatcherDeps;
  #cancel: Cancel = () => {};
  readonly #closed = new AbortController();
  #seen: string | undefined;
  /** Monotonic ms; undefined: nothing has changed. */
  #change: { readonly first: number; readonly last: number } | undefined;

  constructor(deps: PluginWatcherDeps) {
    this.#deps = deps;
    void this.#look();
  }

  /** A change was seen, and its reload is still to come. */
  get isPending(): boolean {
    return this.#change !== undefined;
  }

  /** At once: what is pending is dropped. */
  close(): void {
    this.#closed.abort();
    this.#change = undefined;
    this.#cancel();
  }

  #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  async #look(): Promise<void> {
    const signature = (await Promise.all(this.#deps.paths.map(signatureAt))).join('\n');
    if (this.#isClosed()) return;
    const now = this.#deps.clock.monotonic();
    if (this.#seen !== undefined && signature !== this.#seen)
      this.#change = { first: this.#change?.first ?? now, last: now };
    this.#seen = signature;
    if (this.#change !== undefined && isAtRest(this.#change, now)) {
      this.#change = undefined;
      await this.#deps.onRest();
    }
    if (!this.#isClosed()) this.#cancel = this.#deps.clock.after(LOOK_MS, () => void this.#look());
  }
}

function isAtRest({ first, last }: { readonly first: number; readonly last: number }, now: number): boolean {
  return now - last >= QUIET_MS || now - first >= MOST_WAIT_MS;
}

/** What there is to see of a file or of all in a folder without reading it; empty where nothing is. */
async function signatureAt(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await lstat(path);
    const names = (await readdir(path).catch(() => [])).filter((name) => !isIgnored(name)).sort();
    if (names.length > 0)
      return (await Promise.all(names.map((name) => signatureAt(join(path, name))))).join('\n');
    return [path, size, mtimeMs, ctimeMs, ino].join(' ');
  } catch {
    // It is gone, or was never there: that is what is seen of it.
    return '';
  }
}
