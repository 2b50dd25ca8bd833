/** A reload leaves its report, what is wrong as a condition and, where something was away, another try ten seconds later. */
import { describe, expect, test } from 'vitest';
import type { ReloadReport } from '../../src/core/event.ts';
import { AfterReload } from '../../src/service/after-reload.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleReport } from '../support/samples.ts';

class Desk {
  readonly clock = new FakeClock();
  readonly raised = new Set<string>();
  readonly engine = {
    isAwaiting: false,
    tries: 0,
    again: async (): Promise<ReloadReport | undefined> => {
      this.engine.tries += 1;
      return undefined;
    },
  };
  readonly after = new AfterReload({
    engine: this.engine,
    conditions: {
      raise: (code) => void this.raised.add(code),
      clear: (code) => void this.raised.delete(code),
    },
    traced: (work) => work(),
    around: (work) => work(),
    clock: this.clock,
  });
}

const held = [{ file: '/more.toml', keeps: true }];

test.each<[string, Partial<ReloadReport>, readonly string[]]>([
  ['is taken', {}, []],
  ['is refused', { ok: false, changed: false }, ['config_invalid']],
  ['lacks an included file', { ok: false, held }, ['include_invalid']],
  ['puts an earlier one back', { putBack: 3 }, ['rolled_back']],
])('a configuration that %s', async (_, change, conditions) => {
  const { after, raised } = new Desk();
  const report = sampleReport(change);
  expect(await after.follow(async () => report)).toBe(report);
  expect([after.last, [...raised]]).toEqual([report, conditions]);
  await after.follow(async () => sampleReport());
  expect([...raised]).toEqual([]);
});

describe('what was away', () => {
  test('is tried again every ten seconds until it is there', async () => {
    const { after, engine, clock } = new Desk();
    engine.isAwaiting = true;
    await after.follow(async () => sampleReport({ ok: false }));
    await clock.advance(9_999);
    expect(engine.tries).toBe(0);
    await clock.advance(10_001);
    expect(engine.tries).toBe(2);
    engine.isAwaiting = false;
    await clock.advance(10_000);
    expect([engine.tries, clock.pending]).toEqual([3, 0]);
    expect(after.last).toMatchObject({ ok: false });
  });

  test('is tried no more once somebody else has reloaded, or the service stops', async () => {
    const { after, engine, clock } = new Desk();
    engine.isAwaiting = true;
    await after.follow(async () => sampleReport());
    await clock.advance(5_000);
    await after.follow(async () => sampleReport());
    expect(clock.pending).toBe(1);
    after.close();
    await clock.advance(60_000);
    expect(engine.tries).toBe(0);
  });
});
