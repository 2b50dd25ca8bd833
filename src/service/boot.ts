/** Decides what the service comes up with: the configuration as it is on disk and the store that it names. */
import { mkdir, stat } from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Log } from '../core/log.ts';
import type { ServiceLedger } from '../core/service-ledger.ts';
import { errorLines } from '../config/issues.ts';
import { loadConfig } from '../config/load.ts';
import { numbered } from '../config/loaded.ts';
import type { Loaded, LoadInput } from '../config/loaded.ts';
import { openLedger } from '../ledger/open.ts';
import { pinnedRevision, rememberPin } from './pinned.ts';
import { readKept } from './revision-files.ts';
import { keepRevision } from './revisions.ts';

/** What every load depends on besides the file's content and the moment. */
export type LoadSurroundings = Omit<LoadInput, 'nowMs' | 'previous'>;

/** A configuration that is about to go live, and its store. */
export interface Booted {
  readonly loaded: Loaded;
  readonly ledger: Ledger;
}

/** What coming up needs besides. */
export interface BootDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Loads the file and opens its store. Rejects with `invalid_config`, whose message holds every issue with its place,
 * and with what opening a store rejects with.
 */
export async function boot(surroundings: LoadSurroundings, { clock, log }: BootDeps): Promise<Booted> {
  const { file, stateFolder: stateDir } = surroundings;
  const putBack = await pinnedRevision(stateDir, file);
  const input = { ...surroundings, putBack, nowMs: clock.now() };
  const result = await loadConfig(input);
  if (!result.ok) throw new AppError('invalid_config', errorLines(result.issues).join('\n'));
  const ledger = await openStore(result.loaded, clock, log);
  try {
    const loaded = await withLastGood(result.loaded, input, ledger.service);
    const revision = await keepRevision(loaded, { stateDir, service: ledger.service, clock });
    await rememberPin(stateDir, loaded);
    return { loaded: numbered(loaded, revision), ledger };
  } catch (error) {
    await ledger[Symbol.asyncDispose]();
    throw error;
  }
}

/** What is wrong in an included file now goes on as it was when the service last ran, where that still loads. */
async function withLastGood(loaded: Loaded, input: LoadInput, service: ServiceLedger): Promise<Loaded> {
  const [newest] = loaded.held.length === 0 ? [] : await service.revisions();
  if (newest === undefined) return loaded;
  const { stateFolder: stateDir, file } = input;
  const lastGood = await readKept({ stateDir, hash: newest.hash }, file);
  const again = await loadConfig({ ...input, lastGood });
  return again.ok ? again.loaded : loaded;
}

/** Makes the state folder; only its user and group may look into it. */
export async function makeStateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
}

/** Says of a state folder that was there before whether others could put a store of theirs in the place of ours. */
export async function judgeStateFolder(folder: string, log: Log): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o002) !== 0)
    log.warn('every user may write in the state folder, and replace the store: chmod 750', { folder });
}

function openStore({ boot: { store } }: Loaded, clock: Clock, log: Log): Promise<Ledger> {
  return openLedger({ ...(store.kind === 'memory' ? { url: 'memory:' } : { file: store.file }), clock, log });
}
