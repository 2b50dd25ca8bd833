/** Holds the action of a plugin to what it is given, `with` included, and to what becomes of each of its answers. */
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import type { Outcome, Payload } from '../../../src/core/run.ts';
import { createApplyFilter } from '../../../src/service/plugins/filtering.ts';
import { PluginDesk } from '../../service/plugins/desk.ts';
import { Bench, DUE_AT, jsonPayload } from '../attempt.ts';

const ACTIONS = `
export default {
  actions: {
    default: { run: ({ signal, run, ...call }) => JSON.stringify({ ...call, hasRun: typeof run, isCut: signal.aborted }) },
    mute: { run() {} },
    good: { run: () => ({ ok: true, reason: 'written' }) },
    bad: { run: () => ({ ok: false, reason: 'full' }) },
    never: { run: () => ({ ok: false, reason: 'not today', retry: false }) },
    silent: { run: () => ({ ok: false }) },
    odd: { run: () => 7 },
    throws: { run() { throw new Error('no disk'); } },
    dies: { run: () => process.exit(4) },
    slow: { run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('cut'))) },
  },
  filters: { slug: (value, most) => String(value).toLowerCase().replaceAll(' ', '-').slice(0, most) },
};`;

let bench: Bench;
let desk: PluginDesk;

beforeAll(async () => {
  bench = await Bench.open();
  desk = await PluginDesk.make({
    'act.mjs': ACTIONS,
    'lone.mjs': 'export default { actions: { some: { run: () => "the only one" } } };',
  });
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

interface Call {
  readonly plugin?: string;
  readonly action?: string;
  readonly with?: JsonObject;
  readonly payload?: Payload;
}

function called({ plugin = 'act', action, with: given = {}, payload }: Call): Promise<Outcome> {
  const spec = { kind: 'plugin', plugin, ...(action !== undefined && { action }), with: given } as const;
  return bench.execute(spec, { plugins: desk.plugins, ...(payload && { payload }), attempt: 2 });
}

async function seen(call: Call): Promise<unknown> {
  const { kind, reason } = await called(call);
  expect(kind).toBe('succeeded');
  return JSON.parse(reason ?? '');
}

describe('what it is given', () => {
  const facts = { trigger: 'webhook:deploy', attempt: 2, dueAt: DUE_AT, hasRun: 'string', isCut: false };

  test('is the run, the payload as text and parsed, and `with` as it stands in the file', async () => {
    const given = { folder: '/srv/in', deep: { list: [1, true, null, 'x'] }, none: {} };
    expect(await seen({ with: given, payload: jsonPayload({ n: 5 }) })).toEqual({
      ...{ ...facts, with: given, payload: '{"n":5}', data: { n: 5 } },
    });
  });

  test('is empty where nothing came, and text alone where nothing can be parsed', async () => {
    expect(await seen({})).toEqual({ ...facts, with: {}, payload: '', data: null });
    const payload = { body: Buffer.from('just words'), contentType: 'text/plain', headers: {} };
    expect(await seen({ payload })).toMatchObject({ payload: 'just words' });
  });
});

describe('what it answers', () => {
  test.for([
    ['mute', { kind: 'succeeded', reason: null }],
    ['good', { kind: 'succeeded', reason: 'written' }],
    ['bad', { kind: 'failed', reason: 'act: full' }],
    ['never', { kind: 'failed', reason: 'act: not today', again: 'never' }],
    ['silent', { kind: 'failed', reason: 'act: it says that it failed' }],
    ['odd', { kind: 'failed', reason: 'act: returned neither a text nor { ok, reason }' }],
    ['throws', { kind: 'failed', reason: 'act: act.mjs:11: no disk' }],
    ['dies', { kind: 'failed', reason: 'act: left with exit code 4' }],
    [
      'gone',
      { kind: 'failed', reason: 'the plugin act is not loaded, or has no such action', again: 'never' },
    ],
  ] as const)('is the outcome: %s', async ([action, outcome]) => {
    const { kind, reason, again } = await called({ action });
    expect({ kind, reason, again }).toEqual({ again: undefined, ...outcome });
  });

  test('is that of its only action where none is named, and of none where it is not there', async () => {
    expect(await called({ plugin: 'lone' })).toMatchObject({ kind: 'succeeded', reason: 'the only one' });
    expect(await called({ plugin: 'gone' })).toMatchObject({ kind: 'failed', again: 'never' });
  });

  test('is too late once the attempt is told to end', async () => {
    const outcome = called({ action: 'slow' });
    // It is under way when the worker has it: only then is there something to cut.
    while (desk.plugins.view().find(({ id }) => id === 'act')?.inFlight === 0) await setImmediate();
    bench.end('cancel');
    expect(await outcome).toMatchObject({ kind: 'interrupted', reason: null });
  });
});

describe('a filter of a plugin', () => {
  const applyFilter = () => createApplyFilter(desk.plugins);
  const payload = jsonPayload({ title: 'A New Day' });
  const say = (message: string) => ({ kind: 'notify_only', message, silent: false }) as const;

  test('works in what a run renders', async () => {
    await bench.execute(say('{{ title | plugin: "act.slug", 5 }}!'), { payload, applyFilter: applyFilter() });
    expect(bench.messages.at(-1)?.text).toBe('a-new!');
  });

  test('that is not there fails the run with the reason', async () => {
    const options = { payload, applyFilter: applyFilter() };
    expect(await bench.execute(say('{{ title | plugin: "gone" }}'), options)).toMatchObject({
      kind: 'failed',
      reason:
        'notify_only: the plugin gone is not loaded: it is not there; untether plugin reload takes up what is new',
    });
  });
});
