/** Holds `/cancel` without an id to ending what it meant when it was said, however often the message comes. */
import { describe, expect, test } from 'vitest';
import { cancel } from '../../../src/chat/commands/cancel.ts';
import type { RunId } from '../../../src/core/ids.ts';
import { shortId } from '../../../src/core/ids.ts';
import type { RunState } from '../../../src/core/run.ts';
import { finishedRun, NEW_RUN } from '../../cli/support/fake-control.ts';
import { Desk } from '../../service/control/desk.ts';
import { sampleSpec } from '../../support/samples.ts';
import { asking, CHAT, chatWorld, incoming, wordsOf } from '../world.ts';

const spec = { ...sampleSpec(), chat: { bot: 'default', chat: CHAT } };
const HOUR = 3_600_000;

/** The message with this update's id, as it is answered. */
async function said(desk: Desk, id: string): Promise<string> {
  const { world } = chatWorld({ control: desk.control });
  return wordsOf(await cancel.handle(asking('', { incoming: incoming({ id }) }), world));
}

async function states(desk: Desk, ...runs: readonly RunId[]): Promise<ReadonlyArray<RunState | undefined>> {
  const rows = await Promise.all(runs.map((run) => desk.row(run)));
  return rows.map((row) => row?.state);
}

const pendingAt = (desk: Desk, hours: number): Promise<RunId> =>
  desk.admit({ spec, source: 'at', state: 'scheduled', dueAt: desk.clock.now() + hours * HOUR });

describe('/cancel, heard again after a sudden death', () => {
  test('ends the one that waited and spares what is pending, and says so both times', async () => {
    await using desk = await Desk.open();
    const waiting = await desk.admit({ spec });
    const pending = [await pendingAt(desk, 1), await pendingAt(desk, 2)];
    const answer = `🚫 cancelled ${shortId(waiting)} (cron:nightly)`;
    expect(await said(desk, 'update:7:1')).toBe(answer);
    expect(await said(desk, 'update:7:1')).toBe(answer);
    expect(await states(desk, waiting, ...pending)).toEqual(['cancelled', 'scheduled', 'scheduled']);
  });

  test('ends what was pending then, and not what was asked for since', async () => {
    await using desk = await Desk.open();
    const pending = [await pendingAt(desk, 1), await pendingAt(desk, 2)];
    const answer = `🚫 nothing was running; cancelled 2 pending /at: ${pending.map(shortId).join(', ')}`;
    expect(await said(desk, 'update:7:1')).toBe(answer);
    const later = await pendingAt(desk, 3);
    expect(await said(desk, 'update:7:1')).toBe(answer);
    expect(await states(desk, ...pending, later)).toEqual(['cancelled', 'cancelled', 'scheduled']);
  });

  test('goes on where it was cut off', async () => {
    await using desk = await Desk.open();
    const [first, second] = [await pendingAt(desk, 1), await pendingAt(desk, 2)];
    const control = { ...desk.control, cancel: () => Promise.reject(new Error('the process is gone')) };
    const { world } = chatWorld({ control });
    await expect(cancel.handle(asking(''), world)).rejects.toThrow('the process is gone');
    const waiting = await desk.admit({ spec });
    expect(await said(desk, 'update:7:1')).toMatch(/cancelled 2 pending/);
    expect(await states(desk, first, second, waiting)).toEqual(['cancelled', 'cancelled', 'queued']);
  });

  test('says of what has ended otherwise meanwhile how', async () => {
    await using desk = await Desk.open();
    const run = await desk.admit({ spec });
    await desk.control.decide({ chat: `default/${CHAT}`, request: 'update:7:1', choice: [run] });
    desk.work();
    await desk.succeed(run);
    expect(await said(desk, 'update:7:1')).toBe(
      `🚫 ${shortId(run)} (cron:nightly) has ended already: succeeded`,
    );
  });

  test('of the next message ends the next thing', async () => {
    await using desk = await Desk.open();
    const waiting = await desk.admit({ spec });
    const pending = await pendingAt(desk, 1);
    await said(desk, 'update:7:1');
    expect(await said(desk, 'update:7:2')).toMatch(/^🚫 nothing was running; cancelled 1 pending/);
    expect(await said(desk, 'update:7:3')).toBe('nothing is running in this chat, and nothing is pending');
    expect(await states(desk, waiting, pending)).toEqual(['cancelled', 'cancelled']);
  });
});

test('/cancel ends what waits to be tried again, before what is pending', async () => {
  const again = { ...finishedRun, state: 'scheduled' as const, endedAt: null };
  const pending = { ...again, startedAt: null, id: NEW_RUN };
  const cancelled: string[] = [];
  const { world } = chatWorld({
    control: {
      runs: async ({ state }) => (state === 'scheduled' ? [pending, again] : []),
      decide: async ({ choice }) => choice,
      cancel: async (id) => {
        cancelled.push(id);
        return { ...again, state: 'cancelled' };
      },
    },
  });
  await cancel.handle(asking(''), world);
  expect(cancelled).toEqual([again.id]);
});

test('/cancel ends nothing where several can be meant, and says what is at work that it is being ended', async () => {
  await using desk = await Desk.open();
  const runs = [await desk.admit({ spec }), await desk.admit({ spec, dueAt: desk.clock.now() + 1 })];
  expect(await said(desk, 'update:7:1')).toMatch(/^which one\? 2 are queued:\n/);
  expect(await states(desk, ...runs)).toEqual(['queued', 'queued']);
  await desk.control.cancel(runs[1] ?? '');
  desk.work();
  await desk.started(runs[0]!);
  expect(await said(desk, 'update:7:2')).toMatch(/^🚫 cancelling \w{12} \(cron:nightly\)$/);
});
