/** Decides when the files of a plugin have changed and are at rest again, and whether it was the plugin that changed them. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Cancel, Clock } from '../core/clock.ts';
import { filesIn, readTree } from './files.ts';
import { pathsOf } from './manifest.ts';

/** What a watcher is made of. */
export interface PluginWatcherDeps {
  readonly clock: Clock;
  /** Absolute path of the plugins folder, which need not be there. */
  readonly folder: string;
  readonly id: string;
  /** Whether the plugin itself has been at work since this was asked last; asked at each look. */
  readonly wasAtWork: () => Promise<boolean>;
  /**
   * Called once the files are at rest and say something else than before; `isOwn`: the plugin was at work whenever they
   * changed. No look is taken before it resolves.
   */
  readonly onRest: (isOwn: boolean) => Promise<void>;
}

const LOOK_MS = 500;
const QUIET_MS = 1_000;
/** Counted from the look that saw the first change, which may have been there since the look before. */
const MOST_WAIT_MS = 5_000 - LOOK_MS;

/** Looks at the files of one plugin again and again, also where the file system tells of no changes, until it is closed. */
export class PluginWatcher {
  readonly #deps: PluginWatcherDeps;
  #cancel: Cancel = () => {};
  readonly #closed = new AbortController();
  #seen: string | undefined;
  #content: string | undefined;
  /** Monotonic ms; undefined: nothing has changed. */
  #change: { readonly first: number; readonly last: number; readonly isOwn: boolean } | undefined;

  constructor(deps: PluginWatcherDeps) {
    this.#deps = deps;
    void this.#begin();
  }

  /** A change was seen, and its reload is still to come. */
  get isPending(): boolean {
    return this.#change !== undefined;
  }

  isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  /** At once: what is pending is dropped. */
  close(): void {
    this.#closed.abort();
    this.#change = undefined;
    this.#cancel();
  }

  async #begin(): Promise<void> {
    this.#content = await this.#each(contentAt);
    await this.#look();
  }

  async #look(): Promise<void> {
    const signature = await this.#each(signatureAt);
    if (this.isClosed()) return;
    await this.#note(signature, this.#deps.clock.monotonic());
    if (this.isClosed()) return;
    if (this.#change !== undefined && isAtRest(this.#change, this.#deps.clock.monotonic()))
      await this.#rest();
    if (!this.isClosed()) this.#cancel = this.#deps.clock.after(LOOK_MS, () => void this.#look());
  }

  async #note(signature: string, now: number): Promise<void> {
    const isAtWork = await this.#deps.wasAtWork();
    const before = this.#change;
    if (this.#seen !== undefined && signature !== this.#seen)
      this.#change = { first: before?.first ?? now, last: now, isOwn: isAtWork && before?.isOwn !== false };
    this.#seen = signature;
  }

  /** What was only touched is what it was. */
  async #rest(): Promise<void> {
    const isOwn = this.#change?.isOwn === true;
    this.#change = undefined;
    const content = await this.#each(contentAt);
    if (this.isClosed() || content === this.#content) return;
    this.#content = content;
    await this.#deps.onRest(isOwn);
  }

  /** Of every place where the plugin may lie. */
  async #each(read: (path: string, base: string) => Promise<string>): Promise<string> {
    const { folder, id } = this.#deps;
    const base = await realpath(folder).catch(() => folder);
    const names = new Set(await readdir(base).catch(() => []));
    const places = pathsOf(base, id).filter((place) => names.has(basename(place)));
    // What cannot be read is gone by now: that is what is seen of it.
    const seen = await Promise.all(places.map((place) => read(place, base).catch(() => '')));
    return seen.join('\n');
  }
}

function isAtRest({ first, last }: { readonly first: number; readonly last: number }, now: number): boolean {
  return now - last >= QUIET_MS || now - first >= MOST_WAIT_MS;
}

/** What there is to see of the files without reading them. */
async function signatureAt(path: string, base: string): Promise<string> {
  const files = await filesIn(path, base);
  if (!Array.isArray(files)) return files.reason;
  const seen = files.toSorted().map(async (file) => {
    const { size, mtimeMs, ctimeMs, ino } = await stat(file);
    return [file, size, mtimeMs, ctimeMs, ino].join(' ');
  });
  return (await Promise.all(seen)).join('\n');
}

async function contentAt(path: string, base: string): Promise<string> {
  const tree = await readTree(path, base);
  return tree.ok ? tree.hash : tree.reason;
}
