/** Decides how one report is sent: within the places of its host, and with what came of it in the store. */
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { ReportLedger, StoredReport } from '../../core/report-ledger.ts';
import type { Outbound, OutboundResult } from '../../net/fetch.ts';
import type { LostReports } from './lost.ts';
import type { BuiltRequest } from './request.ts';
import { afterTry, isStale } from './retry.ts';
import type { Turns } from './turns.ts';

/** What sending needs. */
export interface DeliveryDeps {
  readonly ledger: Pick<ReportLedger, 'drop' | 'giveUp' | 'again'>;
  readonly outbound: Pick<Outbound, 'send'>;
  readonly build: (report: StoredReport) => Promise<BuiltRequest>;
  readonly turns: Turns;
  readonly lost: LostReports;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Sends it and writes what came of it; one that the end of the service cut short counts as not tried. Rejects with `unavailable`. */
export async function deliver(report: StoredReport, deps: DeliveryDeps): Promise<void> {
  const result = await tryOnce(report, deps);
  if (result.kind === 'failed' && result.cut === 'aborted') return;
  const { ledger, lost, clock, log, random } = deps;
  const { kind, seq, facts } = report;
  const attempts = report.attempts + 1;
  const verdict = afterTry({ kind, attempts, result, random: random() });
  const about = { report: kind, run: facts.run, trigger: facts.trigger, attempts };
  switch (verdict.kind) {
    case 'delivered':
      await ledger.drop(seq);
      log.debug('report delivered', about);
      lost.delivered(report);
      return;
    case 'given-up':
      await ledger.giveUp(seq, { reason: verdict.reason, at: clock.now() });
      log.error('a report is given up', { ...about, reason: verdict.reason });
      lost.givenUp(report, verdict.reason);
      return;
    case 'again': {
      const isKept = await ledger.again(seq, clock.now() + verdict.delayMs);
      const message = isKept
        ? 'a report did not arrive, trying again'
        : 'a ping did not arrive; a later one says more';
      log.warn(message, { ...about, reason: verdict.reason });
    }
  }
}

async function tryOnce(
  report: StoredReport,
  { build, turns, outbound, clock }: DeliveryDeps,
): Promise<OutboundResult> {
  const { kind, createdAt } = report;
  if (isStale(kind, clock.now() - createdAt)) return { kind: 'refused', reason: 'it is too old to be told' };
  try {
    const built = await build(report);
    if (!built.ok) return { kind: 'failed', reason: built.reason };
    using _turn = await turns.take(URL.parse(built.request.url)?.host ?? '');
    return await outbound.send(built.request);
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
}
