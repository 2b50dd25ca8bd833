/** Decides when something last arrived at a webhook, by what the store still has: its runs, and the counts of its deliveries. */
import type { TriggerId } from '../core/ids.ts';
import type { DeliveryLedger } from '../core/delivery-ledger.ts';
import type { RunLedger } from '../core/run-ledger.ts';
import type { ReplyKind } from '../server/replies.ts';
import { utcDay } from '../core/day.ts';

/** Where that is looked up. */
export interface DeliveryRecords {
  readonly runs: Pick<RunLedger, 'list'>;
  readonly deliveries: Pick<DeliveryLedger, 'deliveryCounts'>;
}

/** Runs that people repeat or start by hand may stand before the newest one of a sender's. */
const LOOKED_AT = 50;

const ARRIVED: ReadonlySet<string> = new Set<ReplyKind>(['accepted', 'duplicate']);

/** True for a delivery that was taken; what was taken before and is sent once more has arrived as well. */
export function hasArrived(verdict: string): boolean {
  return ARRIVED.has(verdict);
}

/**
 * The last delivery on the UTC day of `since` or later, epoch ms; undefined: none. The counts may lack the last seconds
 * before a sudden death, the runs what retention took. Rejects with `unavailable`.
 */
export async function lastDelivery(
  { runs, deliveries }: DeliveryRecords,
  trigger: TriggerId,
  since: number,
): Promise<number | undefined> {
  const counts = await deliveries.deliveryCounts({ trigger, sinceDay: utcDay(since) });
  const newest = (await runs.list({ trigger, limit: LOOKED_AT })).find(({ source }) => source === 'webhook');
  const moments = counts.filter(({ verdict }) => hasArrived(verdict)).map(({ lastAt }) => lastAt);
  if (newest !== undefined) moments.push(newest.admittedAt);
  return moments.length === 0 ? undefined : Math.max(...moments);
}
