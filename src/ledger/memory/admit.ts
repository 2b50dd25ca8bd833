/** Decides what becomes of an admission in memory, by the same rules as on disk. */
import type { Admission, AdmissionBatch, Admitted, SupersededRun } from '../../core/admission.ts';
import { AppError } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import { isTerminal } from '../../core/run.ts';
import type { Birth } from '../birth.ts';
import { admittedAs, birthOf } from '../birth.ts';
import { joinedBurst } from '../burst.ts';
import { REQUESTS, forgottenUntil } from '../deliveries.ts';
import { without } from '../lane-counts.ts';
import { beyondNewest, limitVerdict, supersededReason } from '../limits.ts';
import type { LimitVerdict } from '../limits.ts';
import { repeatedBy } from '../repeated.ts';
import { become, heldMoment, heldRows } from './held.ts';
import type { MemoryReports } from './reports.ts';
import type { MemoryRow } from './rows.ts';
import type { MemoryTable } from './table.ts';
import type { MemoryTriggers } from './triggers.ts';

interface Delivery {
  readonly run: RunId;
  readonly bodyHash: string;
  readonly at: number;
}

/** The door into the table of runs. */
export class MemoryIntake {
  readonly #table: MemoryTable;
  readonly #triggers: MemoryTriggers;
  readonly #reports: MemoryReports;
  readonly #deliveries = new Map<string, Delivery>();

  constructor(table: MemoryTable, triggers: MemoryTriggers, reports: MemoryReports) {
    this.#table = table;
    this.#triggers = triggers;
    this.#reports = reports;
  }

  admit({ admissions, accountedUntil }: AdmissionBatch): readonly Admitted[] {
    this.#refuseKnownIds(admissions);
    const answers = admissions.map((admission) => this.#admitOne(admission));
    if (accountedUntil !== undefined) this.#triggers.account(accountedUntil);
    return answers;
  }

  /** See `RunLedger.requested`. */
  requested(request: string, now: number): RunId | undefined {
    return this.#remembered(deliveryKey(REQUESTS, request), now)?.run;
  }

  /** Forgets up to `limit` ids of deliveries that are past their time. */
  forgetDeliveries(now: number, limit: number): void {
    for (const [key, { at }] of [...this.#deliveries].slice(0, limit)) {
      if (at <= forgottenUntil(now)) this.#deliveries.delete(key);
    }
  }

  /** The only thing in a batch that can fail, looked at first so that nothing of the batch is taken then. */
  #refuseKnownIds(admissions: readonly Admission[]): void {
    const ids = new Set<RunId>();
    for (const admission of admissions) {
      const { id } = admission;
      if (this.#repeated(admission) === undefined && (ids.has(id) || this.#table.get(id) !== undefined)) {
        throw new AppError('internal', `run ${id} is in the ledger already`);
      }
      ids.add(id);
    }
  }

  #admitOne(admission: Admission): Admitted {
    const held = heldMoment(this.#table, admission);
    if (held !== undefined) return this.#takeOver(held, { ...admission, id: held.id });
    const repeated = this.#repeated(admission);
    if (repeated !== undefined) return repeated;
    const burst = this.#burstOf(admission);
    const verdict = limitVerdict(admission, without(this.#table.lanes.of(admission.trigger), burst));
    if (verdict.kind === 'refuse') return { kind: 'refused', waiting: verdict.waiting };
    const birth = birthOf(
      admission,
      verdict,
      burst.map((row) => row.burst?.since ?? row.admittedAt),
    );
    const superseded = [
      ...(birth.burst === null ? [] : this.#endAll(burst, admission)),
      ...this.#supersede(admission, verdict),
    ];
    this.#insert(admission, birth);
    if (admission.spends !== undefined && verdict.kind === 'take') {
      this.#triggers.spend(admission.trigger, admission.spends);
    }
    return admittedAs(admission, birth, superseded);
  }

  /** The moment was held: its row becomes what the admission makes of it. */
  #takeOver(held: MemoryRow, admission: Admission): Admitted {
    const verdict = limitVerdict(admission, without(this.#table.lanes.of(admission.trigger), [held]));
    const birth = birthOf(admission, verdict, []);
    become(this.#table, held, { ...birth, at: admission.admittedAt });
    return admittedAs(admission, birth, this.#supersede(admission, verdict, held));
  }

  #burstOf(admission: Admission): readonly MemoryRow[] {
    const burst = joinedBurst(admission);
    return burst === undefined ? [] : this.#table.burstOf(admission.trigger, burst.key);
  }

  #insert(admission: Admission, birth: Birth): void {
    const { id, trigger, source, dueAt, admittedAt, revision, spec, payload } = admission;
    const row: MemoryRow = {
      seq: this.#table.nextSeq(),
      id,
      trigger,
      source,
      dueAt,
      admittedAt,
      revision,
      spec,
      origin: admission.origin ?? null,
      payload: payload && { ...payload, body: payload.body.slice() },
      ...birth,
      startedAt: null,
      endedAt: isTerminal(birth.state) ? admittedAt : null,
      owner: null,
      isMadeUp: false,
      isRepeated: false,
      attempts: [],
    };
    this.#table.add(row);
    this.#reports.owe(row, admittedAt);
    this.#rememberSender(admission);
    const origin = repeatedBy(admission, birth.state);
    const repeated = origin && this.#table.get(origin);
    if (repeated !== undefined) repeated.isRepeated = true;
  }

  #rememberSender({ id, trigger, delivery, request, admittedAt }: Admission): void {
    if (delivery !== undefined) {
      this.#remember(deliveryKey(trigger, delivery.id), {
        run: id,
        bodyHash: delivery.bodyHash,
        at: admittedAt,
      });
    }
    if (request !== undefined) {
      this.#remember(deliveryKey(REQUESTS, request), { run: id, bodyHash: '', at: admittedAt });
    }
  }

  #remember(key: string, delivery: Delivery): void {
    // Deleted first, so that the map stays in the order of admission.
    this.#deliveries.delete(key);
    this.#deliveries.set(key, delivery);
  }

  /**
   * As many are left as the verdict keeps. What waits are queued rows, and scheduled ones due no later than this one:
   * neither those asked for at a later time nor held ones.
   */
  #supersede(admission: Admission, verdict: LimitVerdict, own?: MemoryRow): readonly SupersededRun[] {
    if (verdict.kind !== 'take') return [];
    const { keep, keepHeld } = verdict;
    const held = keepHeld === undefined ? [] : heldRows(this.#table, admission.trigger);
    const rest = [
      ...(keep === undefined
        ? []
        : beyondNewest(
            this.#waitingBefore(admission).filter((row) => row !== own),
            keep,
          )),
      ...(keepHeld === undefined ? [] : beyondNewest(held, keepHeld)),
    ];
    return this.#endAll(rest, admission);
  }

  #waitingBefore({ trigger, dueAt }: Admission): readonly MemoryRow[] {
    const scheduled = this.#table.liveOf(trigger, 'scheduled');
    const due = scheduled.filter((row) => row.held === null && row.dueAt <= dueAt);
    return [...this.#table.liveOf(trigger, 'queued'), ...due].sort((a, b) => a.seq - b.seq);
  }

  #endAll(rows: readonly MemoryRow[], { id, admittedAt }: Admission): readonly SupersededRun[] {
    return rows.map((row) => {
      const reason = supersededReason(id, row.held === null ? null : row.reason);
      this.#table.move(row, 'superseded');
      row.reason = reason;
      row.endedAt = admittedAt;
      row.readyAt = null;
      row.held = null;
      this.#reports.owe(row, admittedAt);
      return { run: row.id, reason };
    });
  }

  #repeated({ trigger, source, dueAt, delivery, request, admittedAt }: Admission): Admitted | undefined {
    const sent = delivery && this.#remembered(deliveryKey(trigger, delivery.id), admittedAt);
    if (sent !== undefined) {
      return { kind: 'duplicate', run: sent.run, sameBody: sent.bodyHash === delivery?.bodyHash };
    }
    const asked =
      request === undefined ? undefined : this.#remembered(deliveryKey(REQUESTS, request), admittedAt);
    if (asked !== undefined) return { kind: 'duplicate', run: asked.run, sameBody: true };
    const moment = source === 'cron' ? this.#table.moment(trigger, dueAt) : undefined;
    return moment && { kind: 'duplicate', run: moment.id, sameBody: true };
  }

  #remembered(key: string, now: number): Delivery | undefined {
    const first = this.#deliveries.get(key);
    return first !== undefined && first.at > forgottenUntil(now) ? first : undefined;
  }
}

function deliveryKey(under: string, delivery: string): string {
  return `${under}\n${delivery}`;
}
