/** Holds what a chat may have done later: when, what of, how often, and once for each message. */
import { describe, expect, it } from 'vitest';
import type { Control } from '../../../src/core/control.ts';
import { sampleAgentSpec, sampleChat } from '../../support/samples.ts';
import { Desk } from './desk.ts';

const MINUTE = 60_000;
const CHAT = 'default/7';

/** With an engine that is asked unless another is named; two may be pending in a chat. */
async function open(): Promise<Desk> {
  const desk = await Desk.open();
  const { action } = sampleAgentSpec();
  if (action.kind !== 'agent_run') throw new Error('the sample asks no agent');
  const { engine } = action;
  const { snapshot } = desk;
  desk.snapshot = {
    ...snapshot,
    engines: new Map([[engine.name, engine]]),
    defaults: { ...snapshot.defaults, engine: engine.name },
    chat: sampleChat({ maxPending: 2 }),
  };
  return desk;
}

type Request = Parameters<Control['askLater']>[0];

function asks(text: string, request = 'update:1:1'): Request {
  return { text, ask: {}, order: { to: { bot: 'default', chat: 7, thread: 3 }, replyTo: 9, request } };
}

describe('a moment and a prompt', () => {
  it('become a run that is due then, asks that, and tells the chat that asked', async () => {
    await using desk = await open();
    const dueAt = desk.clock.now() + 30 * MINUTE;
    const shot = await desk.control.askLater(asks('30m 2 days of logs'));
    expect(shot).toEqual({ run: shot.run, dueAt, title: '2 days of logs', pause: null });
    expect(await desk.row(shot.run)).toMatchObject({ source: 'at', state: 'scheduled', dueAt, chat: CHAT });
    expect(await desk.ledger.runs.spec(shot.run)).toMatchObject({
      action: { kind: 'agent_run', prompt: '2 days of logs' },
      chat: { bot: 'default', chat: 7, thread: 3 },
      replyTo: 9,
    });
    expect(await desk.control.pending({ chat: CHAT })).toEqual([shot]);
  });

  it.each([
    ['2026-03-29 02:30 look', /^02:30 does not exist on 2026-03-29 in Europe\/Berlin: it fires at 03:00; /],
    [
      '2026-10-25 02:30 look',
      /^02:30 is shown twice on 2026-10-25 in Europe\/Berlin: it fires the first time; /,
    ],
  ])('say what a clock change does to them: %s', async (text, note) => {
    await using desk = await open();
    const zone = 'Europe/Berlin';
    expect((await desk.control.askLater({ ...asks(text), zone })).note).toMatch(note);
    const what = { kind: 'trigger', trigger: 'nightly' } as const;
    const when = text.replace(' look', '');
    expect((await desk.control.at({ when, what, zone })).note).toMatch(note);
  });

  it.each([
    ['soon look', 'invalid_argument', /^"soon" is not understood/],
    ['2020-01-01 10:00 look', 'invalid_argument', /^"2020-01-01 10:00" is in the past$/],
    ['367d look', 'invalid_argument', /^367d is farther ahead than 366d$/],
    ['9s look', 'invalid_argument', /^that is nearer than 10s/],
    ['30m', 'invalid_argument', /^what is to be done 30m\? the prompt is missing$/],
  ])('are refused with the reason of their own: %s', async (text, code, message) => {
    await using desk = await open();
    const refused = { code, message: expect.stringMatching(message) as unknown };
    await expect(desk.control.askLater(asks(text))).rejects.toMatchObject(refused);
    expect(await desk.ledger.runs.list({ limit: 1 })).toEqual([]);
  });

  it('are refused where as many are pending as may be, and nowhere else', async () => {
    await using desk = await open();
    for (const request of ['a', 'b']) await desk.control.askLater(asks('30m look', request));
    await expect(desk.control.askLater(asks('30m look', 'c'))).rejects.toMatchObject({ code: 'queue_full' });
    const elsewhere = { ...asks('30m look', 'd'), order: { to: { bot: 'default', chat: 8 }, request: 'd' } };
    expect(await desk.control.askLater(elsewhere)).toMatchObject({ title: 'look' });
  });
});

describe('a message that comes again', () => {
  it.each(['30m look', '2026-01-01 00:30 look', '00:30 look'])(
    'is answered with its first run, also when its moment is over: %s',
    async (text) => {
      await using desk = await open();
      const first = await desk.control.askLater(asks(text));
      await desk.clock.advance(40 * MINUTE);
      expect(await desk.control.askLater(asks(text))).toEqual(first);
      expect(await desk.ledger.runs.list({ limit: 9 })).toHaveLength(1);
    },
  );

  it('is answered with its first run also when the chat has no room for another', async () => {
    await using desk = await open();
    const first = await desk.control.askLater(asks('30m look', 'a'));
    await desk.control.askLater(asks('30m look', 'b'));
    expect(await desk.control.askLater(asks('30m look', 'a'))).toEqual(first);
  });
});

describe('a pause of everything', () => {
  it('is told of what it will hold, and not of what comes after its end', async () => {
    await using desk = await open();
    const [pause] = await desk.control.pause({ forMs: 60 * MINUTE, by: 'me' });
    expect(await desk.control.askLater(asks('30m look', 'a'))).toMatchObject({ pause });
    expect(await desk.control.askLater(asks('2h look', 'b'))).toMatchObject({ pause: null });
    expect((await desk.control.pending({ chat: CHAT })).map((shot) => shot.pause)).toEqual([pause, null]);
    await desk.control.pause({ by: 'me' });
    expect((await desk.control.pending({ chat: CHAT })).map((shot) => shot.pause?.until)).toEqual([
      undefined,
      undefined,
    ]);
    await desk.control.resume({});
    await desk.control.pause({ trigger: 'nightly', by: 'me' });
    expect((await desk.control.pending({ chat: CHAT })).map((shot) => shot.pause)).toEqual([null, null]);
  });
});

describe('what is still to come', () => {
  it('has no session to go on with', async () => {
    await using desk = await open();
    const { run } = await desk.control.askLater(asks('30m look'));
    await expect(desk.control.ask({ prompt: 'and then?', continues: run })).rejects.toMatchObject({
      code: 'conflict',
      message: `run ${run} is still to come: there is no session to go on with`,
    });
  });

  it('is found by the end of its id, however many runs are newer', async () => {
    await using desk = await open();
    const { run } = await desk.control.askLater(asks('300d look'));
    for (let index = 0; index < 1_001; index += 1) await desk.admit({ state: 'skipped' });
    expect((await desk.control.run(run.slice(-12))).run.id).toBe(run);
  });
});
