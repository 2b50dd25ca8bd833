/**
 * Decides which store a ledger lives in.
 *
 * How the port maps to PostgreSQL with pg-boss:
 *   admit     one transaction: INSERT … ON CONFLICT DO NOTHING into `runs` on the same partial unique index
 *             (trigger, due_at) WHERE source = 'cron' and into `deliveries`, and `boss.send` through the same
 *             connection with the run's id as the job's (`startAfter` for `scheduled`). Limits count live rows under
 *             `pg_advisory_xact_lock(hashtext(trigger))`, as several replicas admit at once.
 *   claim     `boss.fetch` per lane, or SELECT … WHERE state = 'queued' ORDER BY due_at LIMIT n FOR UPDATE SKIP LOCKED;
 *             the attempt row and the lease are written in that transaction.
 *   settle    UPDATE … WHERE id AND owner AND attempt AND state = 'running': no row is a lost lease; `boss.complete`
 *             or a new job with `startAfter` beside it. Leases of replicas end by heartbeat (`boots.alive_at`).
 *   dismiss   SELECT … FOR UPDATE, then `boss.cancel`. promote is a conditional UPDATE, and `nextReadyAt` a min().
 *   prune     DELETE of a bounded SELECT … FOR UPDATE SKIP LOCKED. arm, pauses, accountedUntil, boots and revisions are
 *             the same tables; `accountedUntil` is the least of the replicas', the unique moment makes overlaps harmless.
 *   count     INSERT … ON CONFLICT DO UPDATE SET count = delivery_counts.count + excluded.count, one transaction a call.
 *   chat      the same tables; post is ON CONFLICT (key) DO UPDATE, take the lowest waiting `seq` of a chat FOR UPDATE,
 *             received an upsert WHERE excluded.last > updates.last. `agent_attempts` are written by settle, and summed.
 *   reports   written by claim, settle, dismiss and admit in their own transactions; a lane belongs to one replica at a time
 *             (`pg_try_advisory_lock(hashtext(lane))`).
 *   reads     SELECTs on the pool's connections; nothing is copied into memory. waiting and `promoted` are DISTINCT ON
 *             (trigger) … WHERE state = 'queued' ORDER BY trigger, due_at, seq; counts an aggregate over the index of
 *             live rows; orphans those whose owner's heartbeat has stopped.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Log } from '../core/log.ts';
import { MemoryLedger } from './memory/ledger.ts';
import { SqliteLedger } from './sqlite/ledger.ts';

/** Where the ledger is: a file's path, or a URL (`memory:` for a store that is gone with the process). */
export type LedgerAddress = { readonly file: string } | { readonly url: string };

/** What a ledger needs to be opened. */
export type LedgerOptions = LedgerAddress & { readonly clock: Clock; readonly log: Log };

/**
 * Opens the ledger. Rejects with `unavailable` (no permission, no folder, disk full), `corrupt_state` (damaged, newer
 * than this program, or not a ledger; the file is as it was) or `unsupported` (no store for that URL).
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  if ('url' in options) return openUrl(options.url);
  const { file, clock, log } = options;
  const startedAt = clock.monotonic();
  const ledger = SqliteLedger.open(file, log);
  log.debug('ledger opened', { file, ms: Math.round(clock.monotonic() - startedAt) });
  return ledger;
}

function openUrl(url: string): Ledger {
  if (url === 'memory:') return new MemoryLedger();
  const scheme = url.slice(0, url.indexOf(':') + 1) || 'that address';
  throw new AppError(
    'unsupported',
    `this build has no store for ${scheme}; use a file, or "memory:" for a trial`,
  );
}
