/**
 * Decides what a store promises: the port that SQLite, memory and PostgreSQL implement alike.
 *
 * Every write joins the group commit of its event-loop turn where the engine has one, and its promise resolves only
 * after the data is on disk. A write that cannot be made rejects with `unavailable` and left nothing behind; a write
 * that breaks a rule (an unknown run, a lost lease) answers so in its result and does not reject. Writes take effect
 * in the order in which they were called. Reads see every write that was acknowledged before; one that cannot be made
 * rejects with `unavailable`, or with `corrupt_state` where what it would read is damaged.
 */
import type { ChatLedger } from './chat-ledger.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { ReportLedger } from './report-ledger.ts';
import type { RunLedger } from './run-ledger.ts';
import type { ServiceLedger } from './service-ledger.ts';
import type { TriggerLedger } from './trigger-ledger.ts';
import type { UsageLedger } from './usage-ledger.ts';

/** The whole store. */
export interface Ledger extends AsyncDisposable {
  readonly runs: RunLedger;
  readonly deliveries: DeliveryLedger;
  readonly triggers: TriggerLedger;
  readonly service: ServiceLedger;
  readonly chat: ChatLedger;
  readonly usage: UsageLedger;
  readonly reports: ReportLedger;
  /** For views: where it is, never with a password. */
  readonly location: string;
}
