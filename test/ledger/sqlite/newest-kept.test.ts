/** Holds the walk to the place that sorting finds, however short its pieces are. */
import { describe, expect, test } from 'vitest';
import { Database } from '../../../src/ledger/sqlite/database.ts';
import { NewestKept } from '../../../src/ledger/sqlite/newest-kept.ts';
import type { Place } from '../../../src/ledger/sqlite/newest-kept.ts';
import { migrate } from '../../../src/ledger/sqlite/schema/migrate.ts';

const KIND = 'runs INDEXED BY runs_ended_begun WHERE ended_at IS NOT NULL AND started_at IS NOT NULL';
/** Several end at once, and not in the order of admission. */
const endings = [50, 10, 10, 40, 10, 30, 30, 20, 60, 30];

function filled(): Database {
  const database = Database.open(':memory:');
  migrate(database);
  database.exec(`INSERT INTO specs (id, hash, json) VALUES (1, 'h', '{}')`);
  for (const [index, endedAt] of endings.entries()) end(database, index + 1, endedAt);
  return database;
}

function end(database: Database, seq: number, endedAt: number): void {
  database.exec(
    `INSERT INTO runs (seq, id, trigger, source, state, due_at, admitted_at, started_at, ended_at, revision, spec,
       payload_bytes) VALUES (${seq}, 'id-${seq}', 'webhook:a', 'webhook', 'succeeded', 1, 1, 1, ${endedAt}, 1, 1, 0)`,
  );
}

function looked(newest: NewestKept, keep: number): Place | undefined {
  for (let steps = 0; !newest.look(keep); steps++) expect(steps).toBeLessThan(endings.length + 1);
  return newest.beyond && { ...newest.beyond };
}

const sorted = endings
  .map((ended_at, index) => ({ ended_at, seq: index + 1 }))
  .sort((a, b) => b.ended_at - a.ended_at || b.seq - a.seq);

describe.each([1, 2, 3, 10, 100])('in pieces of %i', (piece) => {
  test.each([0, 1, 2, 3, 5, 8, 9, 10, 50])('the first row beyond %i is found', (keep) => {
    const database = filled();
    expect(looked(new NewestKept(database, KIND, piece), keep)).toEqual(sorted[keep]);
    database.close();
  });
});

test('what was found holds, until it is forgotten or another number is asked for', () => {
  const database = filled();
  const newest = new NewestKept(database, KIND, 3);
  expect(looked(newest, 4)).toEqual(sorted[4]);
  end(database, 11, 70);
  expect(looked(newest, 4)).toEqual(sorted[4]);
  newest.forget();
  expect(newest.beyond).toBeUndefined();
  expect(looked(newest, 4)).toEqual(sorted[3]);
  expect(looked(newest, 5)).toEqual(sorted[4]);
  database.close();
});

test('nothing is beyond while it is still looked for', () => {
  const database = filled();
  const newest = new NewestKept(database, KIND, 2);
  expect(newest.look(6)).toBe(false);
  expect(newest.beyond).toBeUndefined();
  database.close();
});
