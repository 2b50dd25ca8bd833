/** Holds what is shown of a run at work to its place: below everything that has to arrive. */
import { describe, expect, test } from 'vitest';
import { Rig, message } from './rig.ts';

/** A bot in whose chat a run is shown at work, its pace at rest. */
async function working(chat = 7): Promise<Rig> {
  const rig = await Rig.polling();
  await rig.posted(message('run', { kind: 'working', chat, text: 'started' }));
  await rig.clock.advance(60_000);
  return rig;
}

function edits(rig: Rig): readonly unknown[] {
  return rig.api.callsOf('editMessageText').map(({ params }) => params['text']);
}

async function edited(rig: Rig, count: number): Promise<void> {
  const done = (): boolean =>
    rig.api.callsOf('editMessageText').filter(({ outcome }) => outcome.kind !== 'waiting').length >= count;
  await rig.api.until(done, `${count} edits`);
}

describe('a run at work', () => {
  test('is shown by edits: the newest, every two seconds', async () => {
    await using rig = await working();
    rig.shows('run', 'step 1');
    await edited(rig, 1);
    for (const step of [2, 3, 4, 5]) rig.shows('run', `step ${step}`);
    await rig.clock.advance(1_999);
    expect(edits(rig)).toEqual(['step 1']);
    await rig.clock.advance(1);
    await edited(rig, 2);
    expect(edits(rig)).toEqual(['step 1', 'step 5']);
  });

  test('is not shown any more once its answer is there', async () => {
    await using rig = await working();
    rig.shows('run', 'step 1');
    await edited(rig, 1);
    rig.shows('run', 'step 2');
    await rig.post(message('run', { kind: 'final', text: 'done' }));
    await rig.waits(1_000);
    await rig.settles('run', 'sent', 2);
    rig.shows('run', 'late');
    await rig.clock.advance(60_000);
    expect(edits(rig)).toEqual(['step 1', 'done']);
    expect(rig.api.texts(7)).toEqual(['done']);
  });

  test('leaves its place to whatever waits, however many edits there are', async () => {
    await using rig = await working();
    const keys = Array.from({ length: 6 }, (_, n) => `other ${n}`);
    await rig.post(...keys.map((key) => message(key, { kind: 'working', chat: 8 })));
    await rig.sends(keys.at(-1)!);
    await rig.clock.advance(60_000);
    const before = rig.api.calls.length;
    await rig.post(message('run', { kind: 'final', text: 'done', chat: 8 }), message('end', { chat: 8 }));
    for (const key of keys) rig.shows(key, `${key} at work`, 8);
    await rig.settles('end', 'sent');
    const [first] = rig.api.calls.slice(before).filter(({ params }) => params['chat_id'] === 8);
    expect(first?.params['text']).toBe('end');
  });

  test('is not shown in a message that says something else, or was not sent', async () => {
    await using rig = await working();
    await rig.posted(message('answer'));
    rig.api.closeChat(9, 'blocked');
    await rig.post(message('refused', { kind: 'working', chat: 9 }));
    await rig.settles('refused', 'failed');
    for (const key of ['answer', 'refused', 'unheard of']) rig.shows(key, 'x', key === 'refused' ? 9 : 7);
    rig.shows('run', 'step 1');
    await rig.waits(1_000);
    await edited(rig, 1);
    expect(edits(rig)).toEqual(['step 1']);
  });

  test.each([
    ['breaks', 'drop'],
    ['is refused', { status: 400 }],
    ['finds Telegram out of order', { status: 500 }],
  ] as const)('goes on when an edit %s', async (_what, kind) => {
    await using rig = await working();
    rig.api.fault({ method: 'editMessageText', kind });
    rig.shows('run', 'step 1');
    await edited(rig, 1);
    rig.shows('run', 'step 2');
    await rig.clock.advance(2_000);
    await rig.api.sees(7, /step 2/);
    expect(rig.settled.map(([, outcome]) => outcome)).toEqual(['sent']);
  });

  test('holds its chat when Telegram says 429', async () => {
    await using rig = await working();
    rig.api.fault({ method: 'editMessageText', kind: { status: 429, retryAfter: 10 } });
    rig.shows('run', 'step 1');
    await edited(rig, 1);
    await rig.post(message('m'));
    await rig.waits(10_000);
    await rig.settles('m', 'sent');
  });

  test('leaves a group five messages of its twenty a minute', async () => {
    await using rig = await working(-100);
    for (let n = 0; n < 30; n += 1) {
      rig.shows('run', `step ${n}`, -100);
      await rig.clock.advance(2_000);
      await rig.api.until(
        () =>
          rig.api.calls.every(({ outcome, method }) => method === 'getUpdates' || outcome.kind !== 'waiting'),
        'quiet',
      );
    }
    expect(edits(rig).length).toBeLessThanOrEqual(15);
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      await rig.post(message(key, { chat: -100 }));
      await rig.clock.advance(1_000);
      await rig.settles(key, 'sent');
    }
  });
});
