/** Holds the plugin that writes CSV to whole rows that any program reads, a file a month, whoever sent the fields. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { CallResult } from '../../src/plugins/calls.ts';
import { PluginDesk } from '../service/plugins/desk.ts';

let desk: PluginDesk;
let folder: string;

beforeAll(async () => {
  desk = await PluginDesk.make(new URL('../../contrib/plugins/', import.meta.url));
  folder = await mkdtemp(join(tmpdir(), 'untether-csv-'));
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const NOVEMBER = Date.UTC(2026, 10, 30, 23, 59, 59);

function append(data: unknown, given: JsonObject, dueAt = NOVEMBER): Promise<CallResult | undefined> {
  const argument = { data, dueAt, with: given };
  return desk.plugins.call('csv', {
    target: { kind: 'actions', key: 'append' },
    argument,
    deadlineMs: 5_000,
  });
}

const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

test('rows go to the file of their month, which begins with a head and is made with its folder', async () => {
  const given = {
    file: join(folder, 'deep', 'orders.csv'),
    columns: ['id', 'customer.name', 'items.0', 'gone.x'],
  };
  const order = { id: 7, customer: { name: 'Ada, "the" first' }, items: [{ n: 1 }] };
  expect(await append(order, given)).toEqual({
    kind: 'returned',
    value: `a row in ${join(folder, 'deep', 'orders-2026-11.csv')}`,
  });
  await append({ id: 8 }, given);
  await append({ id: 9 }, given, NOVEMBER + 1_000);
  expect(await read('deep/orders-2026-11.csv')).toBe(
    'due,id,customer.name,items.0,gone.x\r\n' +
      '2026-11-30T23:59:59.000Z,7,"Ada, ""the"" first","{""n"":1}",\r\n' +
      '2026-11-30T23:59:59.000Z,8,,,\r\n',
  );
  expect(await read('deep/orders-2026-12.csv')).toMatch(/^due,.*\r\n2026-12-01T00:00:00\.000Z,9,,,\r\n$/);
});

test('rows that come at once are whole, under one head', async () => {
  const given = { file: join(folder, 'many.csv'), columns: ['n'] };
  await Promise.all(Array.from({ length: 40 }, (_, n) => append({ n }, given)));
  const [head, ...rows] = (await read('many-2026-11.csv')).trimEnd().split('\r\n');
  expect(head).toBe('due,n');
  expect(rows.map((row) => Number(row.split(',')[1])).toSorted((a, b) => a - b)).toEqual([
    ...Array(40).keys(),
  ]);
});

test('no text becomes a formula, and numbers stay numbers', async () => {
  const given = { file: join(folder, 'odd.csv'), columns: ['v'] };
  for (const v of ['=1+1', '+1', '-1', '@x', -1, 'two\nlines', '__proto__']) await append({ v }, given);
  const cells = (await read('odd-2026-11.csv'))
    .split('\r\n')
    .slice(1, -1)
    .map((row) => row.slice(25));
  expect(cells).toEqual(["'=1+1", "'+1", "'-1", "'@x", '-1', '"two\nlines"', '__proto__']);
  expect(await append({}, { ...given, columns: ['__proto__.x', 'toString'] })).toMatchObject({
    kind: 'returned',
  });
  expect((await read('odd-2026-11.csv')).trimEnd()).toMatch(/Z,,$/);
});

test.for([
  [{ columns: ['a'] }, /absolute path/],
  [{ file: 'x.csv', columns: ['a'] }, /absolute path/],
  [{ file: '/x.csv' }, /list of fields/],
  [{ file: '/x.csv', columns: [] }, /list of fields/],
] as const)('%j is refused, and not tried again', async ([given, reason]) => {
  expect(await append({}, given)).toEqual({
    kind: 'returned',
    value: { ok: false, reason: expect.stringMatching(reason) as unknown, retry: false },
  });
});
