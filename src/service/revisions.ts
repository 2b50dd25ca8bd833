/** Decides which configurations can be put back: the last ten that were live, as the ledger counts them. */
import type { Loaded } from '../config/loaded.ts';
import type { PutBack } from '../config/pin.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { ServiceLedger } from '../core/service-ledger.ts';
import type { RevisionView } from '../core/views.ts';
import { forgetAllBut, keepText, keptHashes, readKept } from './revision-files.ts';

/** What revisions are kept with. */
export interface RevisionDeps {
  /** Absolute path of the state folder. */
  readonly stateDir: string;
  readonly service: Pick<ServiceLedger, 'addRevision' | 'revisions'>;
  readonly clock: Clock;
}

/**
 * Keeps a configuration that goes live and numbers it; its text stays out of the store, whose copies go anywhere. Rejects
 * with `unavailable`: then nothing is to go live.
 */
export async function keepRevision(
  { hash, documents }: Loaded,
  { stateDir, service, clock }: RevisionDeps,
): Promise<number> {
  await keepText({ stateDir, hash }, documents);
  const revision = await service.addRevision({ hash, text: '', at: clock.now() });
  const kept = await service.revisions();
  await forgetAllBut(stateDir, new Set(kept.map((one) => one.hash)));
  return revision;
}

/** Those that can be put back, newest first; `live` is the one that is. */
export async function listRevisions(
  { stateDir, service }: RevisionDeps,
  { snapshot, putBack }: Loaded,
): Promise<readonly RevisionView[]> {
  const hashes = await keptHashes(stateDir);
  const rows = (await service.revisions()).filter(({ hash }) => hashes.has(hash));
  return rows.map(({ revision, hash, at }) => {
    const live = revision === snapshot.revision;
    return { revision, hash, at, live, putBack: live ? (putBack?.revision ?? null) : null };
  });
}

/**
 * The revision of that number, else the one before what is live. What was put back counts as itself: asked again, it
 * goes one further back. `not_found`, naming those that are kept.
 */
export async function chooseRevision(
  deps: RevisionDeps,
  { live, to }: { readonly live: Loaded; readonly to: number | undefined },
): Promise<PutBack> {
  const kept = await listRevisions(deps, live);
  const before = live.putBack?.revision ?? live.snapshot.revision;
  const isMeant = ({ revision, hash }: RevisionView): boolean =>
    to === undefined ? revision < before && hash !== live.hash : revision === to;
  const chosen = kept.find(isMeant);
  const { stateDir } = deps;
  const files = chosen && (await readKept({ stateDir, hash: chosen.hash }, live.snapshot.file));
  if (chosen !== undefined && files !== undefined)
    return { revision: chosen.revision, over: undefined, files };
  const what = to === undefined ? `there is no revision before ${before}` : `there is no revision ${to}`;
  throw new AppError('not_found', `${what}; kept are ${kept.map(({ revision }) => revision).join(', ')}`);
}
