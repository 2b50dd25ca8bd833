/** Decides what becomes of an admission in SQLite: recorded, a duplicate, skipped, or refused. */
import type { Admission, AdmissionBatch, Admitted } from '../../core/admission.ts';
import type { RunId } from '../../core/ids.ts';
import { toldChat } from '../../core/message.ts';
import { isTerminal } from '../../core/run.ts';
import type { Birth } from '../birth.ts';
import { admittedAs, birthOf } from '../birth.ts';
import { REQUESTS, forgottenUntil } from '../deliveries.ts';
import type { LaneCounts } from '../lane-counts.ts';
import { without } from '../lane-counts.ts';
import { limitVerdict } from '../limits.ts';
import { repeatedBy } from '../repeated.ts';
import type { Database, Statement } from './database.ts';
import type { HeldRow } from './held.ts';
import type { OwedReports } from './owed-reports.ts';
import type { SpecTable } from './specs.ts';
import type { SqliteTriggers } from './triggers.ts';
import type { WaitingRows } from './waiting.ts';

/** The parts of the store that an admission touches. */
export interface IntakeParts {
  readonly database: Database;
  readonly specs: SpecTable;
  readonly lanes: LaneCounts;
  readonly waiting: WaitingRows;
  readonly triggers: SqliteTriggers;
  readonly reports: OwedReports;
}

interface DeliveryRow {
  readonly run: RunId;
  readonly body_hash: string;
  readonly at: number;
}

/** The door into the table of runs. Its operations belong inside a transaction. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #insert: Statement;
  readonly #insertPayload: Statement;
  readonly #findMoment: Statement<{ id: RunId }>;
  readonly #findDelivery: Statement<DeliveryRow>;
  readonly #insertDelivery: Statement;
  readonly #repeat: Statement;

  constructor(parts: IntakeParts) {
    const { database } = parts;
    this.#parts = parts;
    // The unique moment of a cron is left to the index: asking first would cost every tick a second look-up.
    this.#insert = database.statement(
      `INSERT INTO runs (id, trigger, source, state, reason, due_at, ready_at, admitted_at, ended_at, revision, spec,
        origin, payload_bytes, chat, burst, burst_since, held, rule)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (trigger, due_at) WHERE source = 'cron' DO NOTHING`,
    );
    this.#insertPayload = database.statement(
      'INSERT INTO payloads (run, content_type, headers, body) VALUES (?, ?, ?, ?)',
    );
    this.#findMoment = database.statement(
      `SELECT id FROM runs WHERE trigger = ? AND due_at = ? AND source = 'cron'`,
    );
    this.#findDelivery = database.statement(
      'SELECT run, body_hash, at FROM deliveries WHERE trigger = ? AND delivery = ?',
    );
    this.#repeat = database.statement('UPDATE runs SET repeated = 1 WHERE id = ?');
    // One past its time is replaced by a row of its own, so that rows stay in the order of admission.
    this.#insertDelivery = database.statement(
      'INSERT OR REPLACE INTO deliveries (trigger, delivery, body_hash, run, at) VALUES (?, ?, ?, ?, ?)',
    );
  }

  /** Takes the batch in, one answer per admission in the same order. */
  admit({ admissions, accountedUntil }: AdmissionBatch): readonly Admitted[] {
    const answers = admissions.map((admission) => this.#admitOne(admission));
    if (accountedUntil !== undefined) this.#parts.triggers.account(accountedUntil);
    return answers;
  }

  /** See `RunLedger.requested`. */
  requested(request: string, now: number): RunId | undefined {
    return this.#remembered(REQUESTS, request, now)?.run;
  }

  #admitOne(admission: Admission): Admitted {
    const held = this.#parts.waiting.held.at(admission);
    if (held !== undefined) return this.#takeOver(held, { ...admission, id: held.id });
    const repeated = this.#repeatedDelivery(admission) ?? this.#repeatedRequest(admission);
    if (repeated !== undefined) return repeated;
    const burst = this.#parts.waiting.burstOf(admission);
    const verdict = limitVerdict(admission, without(this.#parts.lanes.of(admission.trigger), burst));
    if (verdict.kind === 'refuse' && !this.#isKnownMoment(admission)) {
      return { kind: 'refused', waiting: verdict.waiting };
    }
    const birth = birthOf(
      admission,
      verdict,
      burst.map(({ since }) => since),
    );
    const seq = this.#insertRun(admission, birth);
    if (seq === undefined) return this.#repeatedMoment(admission);
    this.#insertKin(admission, seq);
    const origin = repeatedBy(admission, birth.state);
    if (origin !== undefined) this.#repeat.run(origin);
    if (isTerminal(birth.state))
      this.#parts.reports.owe({ seq, at: admission.admittedAt, spec: admission.spec });
    const superseded = [
      ...(birth.burst === null ? [] : this.#parts.waiting.endAll(burst, admission)),
      ...this.#parts.waiting.supersede(admission, verdict, seq),
    ];
    if (admission.spends !== undefined && verdict.kind === 'take') {
      this.#parts.triggers.spend(admission.trigger, admission.spends);
    }
    return admittedAs(admission, birth, superseded);
  }

  /** The moment was held: its row becomes what the admission makes of it. */
  #takeOver(held: HeldRow, admission: Admission): Admitted {
    const { lanes, waiting } = this.#parts;
    const verdict = limitVerdict(admission, without(lanes.of(admission.trigger), [held]));
    const birth = birthOf(admission, verdict, []);
    waiting.held.become(held, birth, admission.admittedAt);
    return admittedAs(admission, birth, waiting.supersede(admission, verdict, held.seq));
  }

  /** The row's number; undefined when this moment of the cron is there already. */
  #insertRun(admission: Admission, { state, reason, readyAt, burst, held, rule }: Birth): number | undefined {
    const { changes, lastInsertRowid } = this.#insert.run(
      admission.id,
      admission.trigger,
      admission.source,
      state,
      reason,
      admission.dueAt,
      readyAt,
      admission.admittedAt,
      isTerminal(state) ? admission.admittedAt : null,
      admission.revision,
      this.#parts.specs.rowOf(admission.spec),
      admission.origin ?? null,
      admission.payload?.body.byteLength ?? 0,
      toldChat(admission.spec),
      burst?.key ?? null,
      burst?.since ?? null,
      held,
      rule,
    );
    if (changes === 0) return undefined;
    this.#parts.lanes.move({ trigger: admission.trigger, from: undefined, to: state });
    return lastInsertRowid;
  }

  #insertKin({ id, trigger, admittedAt, payload, delivery, request }: Admission, seq: number): void {
    if (payload !== undefined) {
      this.#insertPayload.run(seq, payload.contentType, JSON.stringify(payload.headers), payload.body);
    }
    if (delivery !== undefined) {
      this.#insertDelivery.run(trigger, delivery.id, delivery.bodyHash, id, admittedAt);
    }
    if (request !== undefined) this.#insertDelivery.run(REQUESTS, request, '', id, admittedAt);
  }

  #repeatedDelivery({ trigger, delivery, admittedAt }: Admission): Admitted | undefined {
    const first = delivery && this.#remembered(trigger, delivery.id, admittedAt);
    return first && { kind: 'duplicate', run: first.run, sameBody: first.body_hash === delivery.bodyHash };
  }

  #repeatedRequest({ request, admittedAt }: Admission): Admitted | undefined {
    const first = request === undefined ? undefined : this.#remembered(REQUESTS, request, admittedAt);
    return first && { kind: 'duplicate', run: first.run, sameBody: true };
  }

  #remembered(under: string, id: string, now: number): DeliveryRow | undefined {
    const first = this.#findDelivery.get(under, id);
    return first === undefined || first.at <= forgottenUntil(now) ? undefined : first;
  }

  #isKnownMoment({ source, trigger, dueAt }: Admission): boolean {
    return source === 'cron' && this.#findMoment.get(trigger, dueAt) !== undefined;
  }

  #repeatedMoment({ id, trigger, dueAt }: Admission): Admitted {
    return { kind: 'duplicate', run: this.#findMoment.get(trigger, dueAt)?.id ?? id, sameBody: true };
  }
}
