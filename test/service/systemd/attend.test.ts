/** Holds what systemd hears to its order: ready when it is, reloading around a reload, alive while the loop turns, then stopping. */
import { describe, expect, test } from 'vitest';
import { attend, watchdogOf } from '../../../src/service/systemd/attend.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function attended({ watchdogMs }: { readonly watchdogMs?: number } = {}) {
  const clock = new FakeClock(0);
  const heard: string[] = [];
  const state = { isReady: true, status: 'idle' };
  const attendant = attend({
    notify: (fields) => heard.push(Object.keys(fields).join(' ')),
    isReady: () => state.isReady,
    describe: async () => state.status,
    watchdogMs,
    clock,
  });
  const take = (): readonly string[] => heard.splice(0);
  return { attendant, clock, state, take };
}

describe('ready', () => {
  test('is said once everything serves, and how it is doing after it, whenever that changes', async () => {
    const { attendant, clock, state, take } = attended();
    state.isReady = false;
    attendant.serve();
    await clock.advance(1_000);
    expect(take()).toEqual([]);
    state.isReady = true;
    await clock.advance(250);
    expect(take()).toEqual(['READY', 'STATUS']);
    await clock.advance(60_000);
    expect(take()).toEqual([]);
    state.status = 'busy';
    await clock.advance(10_000);
    expect(take()).toEqual(['STATUS']);
  });

  test('is said after half a minute of a service that lacks something', async () => {
    const { attendant, clock, state, take } = attended();
    state.isReady = false;
    attendant.serve();
    await clock.advance(29_999);
    expect(take()).toEqual([]);
    await clock.advance(251);
    expect(take()[0]).toBe('READY');
  });
});

test('a sign of life comes twice as often as systemd asks, until the end', async () => {
  const { attendant, clock, take } = attended({ watchdogMs: 4_000 });
  attendant.serve();
  await clock.advance(6_000);
  expect(take().filter((one) => one === 'WATCHDOG')).toHaveLength(4);
  attendant.stop();
  await clock.advance(2_000);
  expect(take()).toContain('WATCHDOG');
  attendant[Symbol.dispose]();
  await clock.advance(60_000);
  expect(take()).toEqual([]);
});

describe('a reload', () => {
  test('is said around it, with the clock that systemd compares', async () => {
    const { attendant, clock, take } = attended();
    attendant.serve();
    await clock.advance(0);
    take();
    await attendant.reload(async () => {
      expect(take()).toEqual(['RELOADING MONOTONIC_USEC']);
    });
    expect(take()).toEqual(['READY']);
    await expect(attendant.reload(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(take()).toEqual(['RELOADING MONOTONIC_USEC', 'READY']);
  });

  test('is not said of a service that is not ready yet, or leaves', async () => {
    const { attendant, state, take } = attended();
    state.isReady = false;
    attendant.serve();
    await attendant.reload(async () => {});
    expect(take()).toEqual([]);
    attendant.stop();
    take();
    await attendant.reload(async () => {});
    expect(take()).toEqual([]);
  });
});

test('leaving is said once, and time is asked for until it has left', async () => {
  const { attendant, clock, take } = attended();
  attendant.serve();
  await clock.advance(0);
  take();
  attendant.stop();
  attendant.stop();
  expect(take()).toEqual(['STOPPING STATUS', 'EXTEND_TIMEOUT_USEC']);
  await clock.advance(60_000);
  expect(take()).toEqual(Array.from({ length: 12 }, () => 'EXTEND_TIMEOUT_USEC'));
});

test.each<[number | undefined, Record<string, string>]>([
  [undefined, {}],
  [30_000, { WATCHDOG_USEC: '30000000' }],
  [30_000, { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '42' }],
  [undefined, { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '41' }],
  [undefined, { WATCHDOG_USEC: '0' }],
  [undefined, { WATCHDOG_USEC: 'soon' }],
])('%j ms of patience in %j', (expected, env) => {
  expect(watchdogOf(env, 42)).toBe(expected);
});
