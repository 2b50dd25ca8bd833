/** Decides when the store counts as refusing writes: from a write it could not take to the next one it took. */
import { AppError, messageOf } from '../core/errors.ts';
import type { Ledger } from '../core/ledger.ts';
import type { RunLedger } from '../core/run-ledger.ts';
import type { ServiceLedger } from '../core/service-ledger.ts';
import type { Conditions } from '../telemetry/conditions.ts';

/** Who is told. */
export type StoreHealthDeps = Pick<Conditions, 'raise' | 'clear'>;

/**
 * The same ledger, watched: `store_unavailable` is raised when it cannot take an admission, a claim, a settlement, what
 * becomes of held or missed moments, or a sign of life, and cleared by the next of them that it takes. The sign of life
 * comes every minute, so that a service which nobody sends anything any more, because it is not ready, gets ready again.
 */
export function watchStore(ledger: Ledger, conditions: StoreHealthDeps): Ledger {
  const watch = watcher(conditions);
  return {
    runs: watchRuns(ledger.runs, watch),
    deliveries: ledger.deliveries,
    triggers: ledger.triggers,
    service: watchService(ledger.service, watch),
    chat: ledger.chat,
    usage: ledger.usage,
    reports: ledger.reports,
    location: ledger.location,
    [Symbol.asyncDispose]: () => ledger[Symbol.asyncDispose](),
  };
}

type Watch = <Answer>(write: Promise<Answer>) => Promise<Answer>;

/** Looks at a write from the side: its caller waits no longer for it, and a write that went well costs one comparison. */
function watcher(conditions: StoreHealthDeps): Watch {
  let isRefusing = false;
  const took = (): void => {
    if (!isRefusing) return;
    isRefusing = false;
    conditions.clear('store_unavailable');
  };
  const refused = (error: unknown): void => {
    if (!(error instanceof AppError) || error.code !== 'unavailable') return;
    isRefusing = true;
    conditions.raise('store_unavailable', messageOf(error));
  };
  return function watch(write) {
    void write.then(took, refused);
    return write;
  };
}

function watchRuns(runs: RunLedger, watch: Watch): RunLedger {
  return {
    admit: (batch) => watch(runs.admit(batch)),
    claim: (request) => watch(runs.claim(request)),
    settle: (settlement) => watch(runs.settle(settlement)),
    dismiss: (run, dismissal) => runs.dismiss(run, dismissal),
    promote: (now, isHeld) => runs.promote(now, isHeld),
    orphans: (alive) => runs.orphans(alive),
    waiting: () => runs.waiting(),
    counts: () => runs.counts(),
    countsOf: (trigger) => runs.countsOf(trigger),
    requested: (request, now) => runs.requested(request, now),
    get: (run) => runs.get(run),
    list: (filter) => runs.list(filter),
    occurrence: (trigger, dueAt) => runs.occurrence(trigger, dueAt),
    momentAfter: (trigger, dueAt) => runs.momentAfter(trigger, dueAt),
    heldMoments: (trigger) => runs.heldMoments(trigger),
    holdDelayed: (stretch) => watch(runs.holdDelayed(stretch)),
    release: (release) => watch(runs.release(release)),
    missedAt: (query) => runs.missedAt(query),
    missedRuns: (query) => runs.missedRuns(query),
    madeUpBy: (pairs) => watch(runs.madeUpBy(pairs)),
    leaveOut: (query) => watch(runs.leaveOut(query)),
    tally: (trigger, since) => runs.tally(trigger, since),
    payload: (run) => runs.payload(run),
    spec: (run) => runs.spec(run),
    prune: (bounds) => runs.prune(bounds),
  };
}

function watchService(service: ServiceLedger, watch: Watch): ServiceLedger {
  return {
    beginBoot: (boot) => service.beginBoot(boot),
    alive: (id, at) => watch(service.alive(id, at)),
    endBoot: (id, at) => service.endBoot(id, at),
    boots: (limit) => service.boots(limit),
    addRevision: (revision) => service.addRevision(revision),
    revisions: () => service.revisions(),
  };
}
