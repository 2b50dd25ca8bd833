/** Decides what becomes of an admission in memory, by the same rules as on disk. */
import type { Admission, AdmissionBatch, Admitted, SupersededRun } from '../../core/admission.ts';
import { AppError } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import type { BirthState } from '../../core/run.ts';
import { isTerminal } from '../../core/run.ts';
import { REQUESTS, forgottenUntil } from '../deliveries.ts';
import { limitVerdict, supersededReason } from '../limits.ts';
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
  readonly #deliveries = new Map<string, Delivery>();

  constructor(table: MemoryTable, triggers: MemoryTriggers) {
    this.#table = table;
    this.#triggers = triggers;
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
    const repeated = this.#repeated(admission);
    if (repeated !== undefined) return repeated;
    const verdict = limitVerdict(admission, this.#table.lanes.of(admission.trigger));
    if (verdict.kind === 'refuse') return { kind: 'refused', waiting: verdict.waiting };
    const keep = verdict.kind === 'take' ? verdict.keep : undefined;
    const superseded = keep === undefined ? [] : this.#supersede(admission, keep);
    const state = verdict.kind === 'skip' ? 'skipped' : admission.state;
    this.#insert(admission, state, verdict.kind === 'skip' ? verdict.reason : admission.reason);
    if (admission.spends !== undefined && verdict.kind === 'take') {
      this.#triggers.spend(admission.trigger, admission.spends);
    }
    return { kind: 'admitted', run: admission.id, state, ...(superseded.length > 0 && { superseded }) };
  }

  #insert(admission: Admission, state: BirthState, reason: string | null): void {
    const { id, trigger, source, dueAt, admittedAt, revision, spec, payload } = admission;
    this.#table.add({
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
      state,
      reason,
      readyAt: state === 'scheduled' ? (admission.readyAt ?? dueAt) : null,
      startedAt: null,
      endedAt: isTerminal(state) ? admittedAt : null,
      owner: null,
      attempts: [],
    });
    this.#rememberSender(admission);
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

  /** The oldest queued rows, and scheduled ones due no later than this one: not those asked for at a later time. */
  #supersede({ id, trigger, dueAt, admittedAt }: Admission, keep: number): readonly SupersededRun[] {
    const due = this.#table.liveOf(trigger, 'scheduled').filter((row) => row.dueAt <= dueAt);
    const reason = supersededReason(id);
    const waiting = [...this.#table.liveOf(trigger, 'queued'), ...due].sort((a, b) => a.seq - b.seq);
    return waiting.slice(0, Math.max(0, waiting.length - (keep - 1))).map((row) => {
      this.#table.move(row, 'superseded');
      row.reason = reason;
      row.endedAt = admittedAt;
      row.readyAt = null;
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
