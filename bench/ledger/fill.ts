/** Decides how a ledger comes to millions of rows in minutes: the store's own schema, written past its commits. */
import { DatabaseSync } from 'node:sqlite';
import { v7 } from 'uuid';
import { systemClock } from '../../src/core/clock.ts';
import { triggerId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import type { RunState } from '../../src/core/run.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { specOf } from '../spec.ts';
import { BODY_BYTES, CHAT, drawn, endingOf, pickerOf, shares, SPAN_MS } from './shape.ts';
import type { Share } from './shape.ts';

const AT_ONCE = 50_000;
/** Delivery ids are kept for 72 h. */
const DELIVERIES_MS = 72 * 3_600_000;
const DELIVERIES_MAX = 200_000;

/** Writes `count` rows that end now into a new ledger in `file`; nothing is synced before the end. */
export async function fillLedger(file: string, count: number): Promise<void> {
  // The schema is the store's.
  await (await openLedger({ file, clock: systemClock, log: silentLog }))[Symbol.asyncDispose]();
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -1000000; PRAGMA foreign_keys = OFF`);
  // Made afterwards, indexes are sorted once instead of searched for each row.
  const indexes = db
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`)
    .all();
  for (const { name } of indexes) db.exec(`DROP INDEX ${String(name)}`);
  const write = writerOf(db, Date.now(), count);
  for (let from = 0; from < count; from += AT_ONCE) {
    db.exec('BEGIN');
    for (let index = from; index < Math.min(count, from + AT_ONCE); index++) write(index);
    db.exec('COMMIT');
  }
  for (const { sql } of indexes) db.exec(String(sql));
  db.close();
}

function writerOf(db: DatabaseSync, now: number, count: number): (index: number) => void {
  const random = drawn(count);
  const pick = pickerOf(random);
  const specs = specRows(db);
  const run = db.prepare(
    `INSERT INTO runs (seq, id, trigger, source, state, reason, due_at, admitted_at, started_at, ended_at, revision, spec,
       attempt, payload_bytes, chat) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)`,
  );
  const kin = kinOf(db);
  return (index) => {
    const share = pick();
    const seq = index + 1;
    const dueAt = Math.floor(now - SPAN_MS + (index * SPAN_MS) / count);
    const state = endingOf(random());
    const hasBegun = state === 'succeeded' || state === 'failed';
    const startedAt = hasBegun ? dueAt + 5 : null;
    const endedAt = dueAt + 5 + Math.floor(random() * 30_000);
    const isDelivery = share.kind === 'webhook';
    const id = v7({ msecs: dueAt });
    const bytes = isDelivery ? BODY_BYTES : 0;
    const chat = random() < 0.01 ? CHAT : null;
    const facts = [
      reasonOf(state),
      dueAt,
      dueAt,
      startedAt,
      endedAt,
      specs.get(share)!,
      hasBegun ? 1 : 0,
      bytes,
      chat,
    ];
    run.run(seq, id, triggerId(share.kind, share.name), share.kind, state, ...facts);
    if (hasBegun) kin.attempt(seq, [dueAt + 5, endedAt], state === 'failed' ? 1 : 0);
    if (isDelivery) kin.payload(seq);
    if (isDelivery && now - dueAt < DELIVERIES_MS && seq > count - DELIVERIES_MAX)
      kin.delivery(triggerId(share.kind, share.name), id, dueAt);
  };
}

interface Kin {
  readonly attempt: (seq: number, span: readonly [from: number, to: number], exitCode: number) => void;
  readonly payload: (seq: number) => void;
  readonly delivery: (trigger: string, run: string, at: number) => void;
}

function kinOf(db: DatabaseSync): Kin {
  const attempt = db.prepare(
    `INSERT INTO attempts (run, number, owner, started_at, ended_at, exit_code) VALUES (?, 1, 'bench', ?, ?, ?)`,
  );
  const payload = db.prepare(
    `INSERT INTO payloads (run, content_type, headers, body) VALUES (?, 'application/json', '{}', ?)`,
  );
  const delivery = db.prepare(
    'INSERT INTO deliveries (trigger, delivery, body_hash, run, at) VALUES (?, ?, ?, ?, ?)',
  );
  const body = Buffer.alloc(BODY_BYTES, 'x');
  return {
    attempt: (seq, [from, to], exitCode) => attempt.run(seq, from, to, exitCode),
    payload: (seq) => payload.run(seq, body),
    delivery: (trigger, run, at) => delivery.run(trigger, `delivery-${run}`, 'hash', run, at),
  };
}

function specRows(db: DatabaseSync): ReadonlyMap<Share, number> {
  const insert = db.prepare('INSERT INTO specs (hash, json) VALUES (?, ?)');
  return new Map(
    shares.map((share) => {
      const { lastInsertRowid } = insert.run(
        `bench-${share.name}`,
        JSON.stringify(specOf(triggerId(share.kind, share.name))),
      );
      return [share, Number(lastInsertRowid)];
    }),
  );
}

function reasonOf(state: RunState): string | null {
  if (state === 'succeeded') return null;
  return state === 'skipped' ? 'overlap: 1 run of it was under way' : `it is ${state}`;
}
