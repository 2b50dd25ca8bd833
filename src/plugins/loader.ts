/**
 * Decides what becomes of the plugins of a folder: for the start, a save and a reload alike.
 *
 * It is given what lies there and the table that serves, and answers with the table that is to serve. What is new in it is
 * started and checked by then; nothing of the old one is touched.
 */
import { canonicalJson } from '../core/json.ts';
import type { PluginSettings } from '../core/plugin.ts';
import { settingsOf } from '../core/plugin.ts';
import { firstCollision } from './claims.ts';
import { concernedBy, startOrder } from './order.ts';
import type { WorkerStart } from './protocol.ts';
import type { Candidate, Found } from './scan.ts';
import type { Entry, Live, PluginTable } from './table.ts';

/** What the loader is given. */
export interface LoadInput {
  readonly found: readonly Found[];
  readonly settings: PluginSettings;
  readonly previous: PluginTable;
  /** Names of commands that are built in. */
  readonly reserved: ReadonlySet<string>;
  /** Only those of which it is true, and what depends on them; absent: all. */
  readonly isMeant?: (id: string) => boolean;
  readonly start: (start: WorkerStart) => Promise<StartResult>;
}

/** A generation that serves, or why there is none. */
export type StartResult =
  { readonly ok: true; readonly generation: Live['host'] } | { readonly ok: false; readonly reason: string };

/** What is to serve, and what was started for it. */
export interface LoadAnswer {
  readonly table: PluginTable;
  readonly started: readonly Live[];
}

/** Makes the next table; never rejects for what a plugin does. */
export async function loadPlugins(input: LoadInput): Promise<LoadAnswer> {
  const { previous } = input;
  const { next, enabled } = judged(input);
  const { ordered, refused } = startOrder(enabled, new Set(next.keys()));
  for (const [id, reason] of refused) next.set(id, failedEntry(id, reason, previous));
  const keys = keysOf(ordered, input.settings);
  const { isMeant = () => true } = input;
  const concerned = concernedBy(isMeant, enabled);
  const isLeftAlone = (id: string): boolean => !isMeant(id) && !concerned.has(id);
  const tried = ordered.filter(({ id }) => !isLeftAlone(id));
  const entries = await inOrder(tried, (candidate) =>
    entryOf(candidate, keys.get(candidate.id) ?? '', input),
  );
  for (const entry of entries) next.set(entry.id, entry);
  const started = entries.flatMap(({ id, live }) =>
    live === undefined || live === previous.get(id)?.live ? [] : live,
  );
  putBack(next, previous, isLeftAlone);
  settleCollisions(next, input);
  return { table: sorted(next), started: await withoutRefused(started, next) };
}

/** All at once, so that one that hangs keeps nobody waiting, but each after those that it depends on. */
function inOrder<T>(
  ordered: readonly Candidate[],
  work: (candidate: Candidate) => Promise<T>,
): Promise<readonly T[]> {
  const done = new Map<string, Promise<T>>();
  const after = async (candidate: Candidate): Promise<T> => {
    await Promise.all(candidate.depends.flatMap((id) => done.get(id) ?? []));
    return work(candidate);
  };
  for (const candidate of ordered) done.set(candidate.id, after(candidate));
  return Promise.all(done.values());
}

interface Judged {
  readonly next: Map<string, Entry>;
  readonly enabled: readonly Candidate[];
}

/** What needs no start to be known. */
function judged({ found, settings, previous }: LoadInput): Judged {
  const next = new Map<string, Entry>();
  const enabled: Candidate[] = [];
  for (const one of found) {
    const id = one.kind === 'plugin' ? one.candidate.id : one.id;
    if (!settingsOf(settings, id).enabled) next.set(id, { id, live: undefined, last: { kind: 'disabled' } });
    else if (one.kind === 'plugin') enabled.push(one.candidate);
    else next.set(id, failedEntry(id, one.reason, previous));
  }
  return { next, enabled };
}

/** Those that nobody asked for stay what they are, whatever lies in the folder. */
function putBack(
  next: Map<string, Entry>,
  previous: PluginTable,
  isLeftAlone: (id: string) => boolean,
): void {
  for (const id of [...next.keys()]) if (isLeftAlone(id)) next.delete(id);
  for (const [id, entry] of previous) if (isLeftAlone(id)) next.set(id, entry);
}

/** Ends what was started and may not serve. */
async function withoutRefused(
  started: readonly Live[],
  next: ReadonlyMap<string, Entry>,
): Promise<readonly Live[]> {
  const kept = new Set([...next.values()].map(({ live }) => live));
  await Promise.all(started.filter((live) => !kept.has(live)).map(({ host }) => host.end('it was refused')));
  return started.filter((live) => kept.has(live));
}

/** What each is made of: its files, its configuration, its heap, and what it depends on. */
function keysOf(ordered: readonly Candidate[], settings: PluginSettings): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const { id, hash, depends } of ordered) {
    const { config, limits } = settingsOf(settings, id);
    keys.set(id, canonicalJson([hash, config, limits.memoryMb, depends.map((one) => keys.get(one) ?? null)]));
  }
  return keys;
}

async function entryOf(
  { id, entry, root, hash }: Candidate,
  key: string,
  { previous, settings, start }: LoadInput,
): Promise<Entry> {
  const before = previous.get(id);
  if (before?.live?.key === key && before.live.host.death === undefined) return recovered(before);
  const result = await start({ id, entry, root, config: settingsOf(settings, id).config });
  if (!result.ok) return failedEntry(id, result.reason, previous);
  const number = (before?.live?.number ?? 0) + 1;
  const live = { number, hash, key, host: result.generation };
  return { id, live, last: { kind: before?.live === undefined ? 'added' : 'refreshed' } };
}

/** The files are again what the generation that serves was made of: nothing is wrong any more. */
function recovered(entry: Entry): Entry {
  return entry.last.kind === 'failed' ? { ...entry, last: { kind: 'refreshed' } } : entry;
}

/** The last good generation goes on, where there is one. */
function failedEntry(id: string, reason: string, previous: PluginTable): Entry {
  return { id, live: previous.get(id)?.live, last: { kind: 'failed', reason } };
}

function settleCollisions(next: Map<string, Entry>, { previous, reserved }: LoadInput): void {
  for (;;) {
    const collision = firstCollision(next, previous, reserved);
    if (collision === undefined) return;
    next.set(collision.id, failedEntry(collision.id, collision.reason, previous));
  }
}

function sorted(table: ReadonlyMap<string, Entry>): PluginTable {
  return new Map([...table].sort(([a], [b]) => (a < b ? -1 : 1)));
}
