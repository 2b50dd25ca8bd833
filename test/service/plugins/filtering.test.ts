/** A plugin's filter gives a value within its bounds, or the reason why not, and nothing waits for it for ever. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FilterAnswer } from '../../../src/core/plugin.ts';
import { pluginPartOf } from '../../../src/core/plugin.ts';
import { createApplyFilter } from '../../../src/service/plugins/filtering.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { PluginDesk } from './desk.ts';

const FILTERS = `
export default { filters: {
  join: (value, ...args) => [value, ...args],
  later: async (value) => value + 1,
  nothing() {},
  throws() { throw new Error('no words'); },
  dated: () => new Date(0),
  endless: () => 'x'.repeat(1_000_001),
  circular() { const a = {}; a.a = a; return a; },
  odd: () => () => 1,
  huge: () => 10n,
  leaves: () => process.exit(5),
  deaf: () => new Promise(() => {}),
} };`;

const clock = new FakeClock();
let desk: PluginDesk;

beforeAll(async () => {
  desk = await PluginDesk.make(
    {
      'f.mjs': FILTERS,
      'one.mjs': 'export default { filters: { only: () => 1 } };',
    },
    { clock },
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

function apply(name: string, value: unknown = 1, ...args: readonly unknown[]): Promise<FilterAnswer> {
  return createApplyFilter(desk.plugins)({ part: pluginPartOf(name), value, args });
}

describe('a filter', () => {
  test.for([
    ['f.join', ['a', { b: 1 }], ['a', { b: 1 }]],
    ['f.later', [1], 2],
    ['f.nothing', [1], null],
    ['f.dated', [1], '1970-01-01T00:00:00.000Z'],
    ['one', [1], 1],
  ] as const)('gives what its plugin says: %s', async ([name, given, value]) => {
    expect(await apply(name, ...given)).toEqual({ ok: true, value });
  });

  test.for([
    ['f.throws', /^the filter f\.throws: f\.mjs:6: no words$/],
    ['f.endless', /^the filter f\.endless gives 1000003 characters, which are too many$/],
    ['f.circular', /^the filter f\.circular: Converting circular/],
    ['f.odd', /^the filter f\.odd: its answer is nothing that JSON has$/],
    ['f.huge', /^the filter f\.huge: .*BigInt/],
    ['f.leaves', /^the filter f\.leaves: left with exit code 5$/],
    ['f', /^the plugin f has no filter of its own$/],
    ['f.gone', /^the plugin f has no filter gone$/],
    ['gone', /^the plugin gone is not loaded: it is not there; untether plugin reload/],
  ] as const)('that gives none says why: %s', async ([name, reason]) => {
    expect(await apply(name)).toEqual({ ok: false, reason: expect.stringMatching(reason) as unknown });
    expect(await apply('f.later')).toEqual({ ok: true, value: 2 });
  });

  test('is given so much at most', async () => {
    const reason = expect.stringMatching(/given 1000007 characters, which are too many/) as unknown;
    expect(await apply('f.join', 'x'.repeat(1_000_000))).toEqual({ ok: false, reason });
  });

  test('that does not answer is given up after three seconds', async () => {
    const timers = clock.pending;
    const late = apply('f.deaf');
    await clock.timersSet(timers + 1);
    await clock.advance(3_000);
    expect(await late).toEqual({ ok: false, reason: 'the filter f.deaf: did not answer within 3 s' });
  });
});
