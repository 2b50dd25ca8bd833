import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Database } from '../../../src/ledger/sqlite/database.ts';
import { GroupCommit } from '../../../src/ledger/sqlite/group-commit.ts';
import { admit, boot1, cron, cronA, cronB, delivery, hook, id, T0 } from '../../conformance/ledger/bench.ts';
import { freshFile, openOn } from './files.ts';

/** A table of words and the group commit in front of it. */
async function words(): Promise<{ database: Database; commits: GroupCommit; stored: () => unknown[] }> {
  const database = Database.open(await freshFile());
  database.exec('CREATE TABLE words (word TEXT NOT NULL UNIQUE) STRICT');
  const commits = new GroupCommit((work) => {
    database.transaction(work);
  }, silentLog);
  const read = database.statement<{ word: string }>('SELECT word FROM words ORDER BY rowid');
  return { database, commits, stored: () => read.all().map(({ word }) => word) };
}

describe('writes of one turn of the event loop', () => {
  test('share one transaction, whatever they are', async () => {
    const { ledger, ends } = openOn(await freshFile());
    await Promise.all([
      ...Array.from({ length: 50 }, (_, n) => admit(ledger, delivery(n + 1))),
      ledger.runs.claim({ owner: boot1, now: T0, lanes: [{ trigger: hook, max: 3 }] }),
      ledger.triggers.pause({ trigger: hook, since: T0, until: undefined, by: 'me' }),
      ledger.service.beginBoot({ id: boot1, at: T0, version: '1' }),
    ]);
    expect(ends).toEqual({ committed: 1, rolledBack: 0 });
    expect(await ledger.runs.counts()).toEqual({ scheduled: 0, queued: 47, running: 3 });
    await admit(ledger, cron(60));
    expect(ends.committed).toBe(2);
  });

  test('resolve in the order of the calls, after the commit', async () => {
    const { commits, database } = await words();
    const seen: string[] = [];
    database.follow({ commit: () => seen.push('commit'), rollback: () => {} });
    const writes = ['a', 'b', 'c'].map((word) =>
      commits.write(() => word).then((result) => seen.push(result)),
    );
    await Promise.all(writes);
    expect(seen).toEqual(['commit', 'a', 'b', 'c']);
  });

  test('are not seen by a reader before their commit, nor half of them', async () => {
    const { ledger } = openOn(await freshFile());
    const write = admit(ledger, cron(1), cron(2));
    expect(await ledger.runs.list({ limit: 9 })).toEqual([]);
    expect((await ledger.runs.counts()).queued).toBe(0);
    await write;
    expect(await ledger.runs.list({ limit: 9 })).toHaveLength(2);
  });
});

describe('a write that throws', () => {
  test('fails alone: the others of its turn are made, once', async () => {
    const { database, commits, stored } = await words();
    const insert = database.statement('INSERT INTO words VALUES (?)');
    const outcomes = await Promise.allSettled([
      commits.write(() => insert.run('a').changes),
      commits.write(() => {
        insert.run('half');
        throw new AppError('conflict', 'poison');
      }),
      commits.write(() => insert.run('b').changes),
      commits.write(() => insert.run('a').changes),
      commits.write(() => insert.run('c').changes),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'conflict', message: 'poison' } });
    expect(outcomes[3]).toMatchObject({ reason: { code: 'internal' } });
    expect(stored()).toEqual(['a', 'b', 'c']);
  });

  test('leaves counts and memory of the ledger exact', async () => {
    const { ledger } = openOn(await freshFile());
    await admit(ledger, delivery(1));
    await ledger.triggers.arm(new Map([[cronA, 'h1']]), T0);
    expect((await ledger.triggers.cronStates()).size).toBe(1);
    const outcomes = await Promise.allSettled([
      admit(ledger, cron(2, { spends: 'h1' })),
      // Its first half is undone with it.
      ledger.runs.admit({ admissions: [cron(3, { trigger: cronB }), delivery(1)] }),
      ledger.triggers.pause({ trigger: cronA, since: T0, until: undefined, by: 'me' }),
      admit(ledger, delivery(4)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect((await ledger.runs.counts()).queued).toBe(3);
    expect((await ledger.runs.countsOf(cronB)).queued).toBe(0);
    expect((await ledger.runs.list({ limit: 9 })).map((run) => run.id)).toEqual([id(4), id(2), id(1)]);
    expect((await ledger.triggers.cronStates()).get(cronA)?.spent).toBe(true);
    expect(await ledger.triggers.pauses()).toHaveLength(1);
  });

  test('does not make the ledger believe what was undone', async () => {
    const file = await freshFile();
    const { ledger, database } = openOn(file);
    await admit(ledger, delivery(1));
    const crons = new Map([[cronA, 'h1']]);
    await Promise.allSettled([
      ledger.triggers.arm(crons, T0),
      ledger.triggers.arm(crons, T0 + 1),
      admit(ledger, delivery(1)),
    ]);
    const stored = database.statement<{ trigger: string; armed_at: number }>(
      'SELECT trigger, armed_at FROM cron_states',
    );
    expect(stored.all().map((row) => [row.trigger, row.armed_at])).toEqual([[cronA, T0]]);
  });

  test('does not spoil the specifications that others of its turn share with it', async () => {
    const { ledger } = openOn(await freshFile());
    await admit(ledger, delivery(1));
    const other = Object.freeze({ ...cron(9).spec, notifyOnFailure: true });
    await Promise.allSettled([
      ledger.runs.admit({ admissions: [cron(2, { spec: other }), delivery(1)] }),
      admit(ledger, cron(3, { spec: Object.freeze({ ...other, notifyOnSuccess: true }) })),
      admit(ledger, cron(4, { spec: other })),
    ]);
    expect((await ledger.runs.spec(id(3)))?.notifyOnSuccess).toBe(true);
    expect(await ledger.runs.spec(id(4))).toEqual(other);
  });
});

describe('a commit that fails', () => {
  test('fails every write of its turn as unavailable, and leaves nothing', async () => {
    const { database, commits, stored } = await words();
    database.exec('CREATE TABLE notes (word TEXT REFERENCES words (word) DEFERRABLE INITIALLY DEFERRED)');
    const insert = database.statement('INSERT INTO words VALUES (?)');
    const outcomes = await Promise.allSettled([
      commits.write(() => insert.run('a')),
      // Checked at the commit, so that the commit itself fails.
      commits.write(() => database.statement('INSERT INTO notes VALUES (?)').run('missing')),
      commits.write(() => insert.run('b')),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
    expect(stored()).toEqual([]);
    await commits.write(() => insert.run('c'));
    expect(stored()).toEqual(['c']);
  });

  test('a file that another process holds makes writes unavailable until it is released', async () => {
    const file = await freshFile();
    const { ledger, database } = openOn(file);
    database.exec('PRAGMA busy_timeout = 0');
    const other = Database.open(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(admit(ledger, cron(1))).rejects.toMatchObject({ code: 'unavailable' });
    expect((await ledger.runs.counts()).queued).toBe(0);
    other.exec('ROLLBACK');
    other.close();
    expect(await admit(ledger, cron(1))).toMatchObject([{ kind: 'admitted' }]);
  });
});
