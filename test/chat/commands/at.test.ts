/** Holds what `/at` asks the port for, and how it tells what became of that. */
import { describe, expect, test } from 'vitest';
import { replyOf } from '../../../src/chat/answer.ts';
import { at } from '../../../src/chat/commands/at.ts';
import { AppError } from '../../../src/core/errors.ts';
import type { Run } from '../../../src/core/run.ts';
import type { PendingShot } from '../../../src/core/views.ts';
import { finishedRun, NEW_RUN } from '../../cli/support/fake-control.ts';
import { asking, CHAT, chatWorld, incoming, NOW, wordsOf } from '../world.ts';

const PAUSE = { trigger: undefined, since: NOW, until: NOW + 7_200_000, by: 'me' };
const shot: PendingShot = { run: NEW_RUN, dueAt: NOW + 3_600_000, title: 'look', pause: null };

describe('/at', () => {
  test('hands on what was written, with what the chat stands for', async () => {
    const { world, asked } = chatWorld();
    const profile = { chat: CHAT, zone: 'Asia/Tokyo', project: 'app', engine: 'claude' };
    await at.handle(asking('30m  first\n\n  second', { profile }), world);
    expect(asked).toEqual([
      {
        method: 'askLater',
        argument: {
          text: '30m  first\n\n  second',
          ask: { project: 'app', engine: 'claude' },
          zone: 'Asia/Tokyo',
          order: { to: { bot: 'default', chat: CHAT }, replyTo: 100, request: 'update:7:1' },
        },
      },
    ]);
  });

  test('says when it will be, and how to end it; the message is about its run', async () => {
    const { world } = chatWorld({ control: { askLater: async () => shot } });
    const { messages } = replyOf(await at.handle(asking('1h look'), world), incoming());
    expect(messages).toMatchObject([
      {
        run: NEW_RUN,
        content: {
          text: '⏳ scheduled: Sun 2026-11-22 06:00 (UTC), in 1h\nid 000000000003; cancel with /at cancel 000000000003',
          buttons: [[{ label: 'Cancel', command: `/at cancel ${NEW_RUN}` }]],
        },
      },
    ]);
  });

  test('says what the clock does to the moment', async () => {
    const { world } = chatWorld({ control: { askLater: async () => ({ ...shot, note: 'shown twice' }) } });
    expect(
      wordsOf(await at.handle(asking('2:30 look'), world))
        .split('\n')
        .at(-1),
    ).toBe('⚠️ shown twice');
  });

  test('says that it will wait, and so does the list, where everything will be paused', async () => {
    const held = { ...shot, pause: PAUSE };
    const { world } = chatWorld({
      control: { askLater: async () => held, pending: async () => [held, shot] },
    });
    const line = '⏸ everything is paused until Sun 2026-11-22 07:00 (UTC): it waits for that to end';
    expect(
      wordsOf(await at.handle(asking('1h look'), world))
        .split('\n')
        .at(-1),
    ).toBe(line);
    expect(wordsOf(await at.handle(asking('list'), world)).split('\n')).toEqual([
      expect.stringMatching(/^🕒 000000000003 /),
      '   look',
      `   ${line}`,
      expect.stringMatching(/^🕒 000000000003 /),
      '   look',
      'cancel one with /at cancel ID',
    ]);
  });

  test.for([
    ['', /^when, and what\?/],
    ['cancel', /^which one\?/],
  ] as const)('%j is asked about, and nothing is asked of the port', async ([text, complaint]) => {
    const { world, asked } = chatWorld();
    const message = expect.stringMatching(complaint) as unknown;
    await expect(at.handle(asking(text), world)).rejects.toMatchObject({ message });
    expect(asked).toEqual([]);
  });

  test('list with words behind it is a moment that cannot be read', async () => {
    const { world, asked } = chatWorld();
    await at.handle(asking('list the files'), world);
    expect(asked.map(({ method }) => method)).toEqual(['askLater']);
  });
});

describe('/at cancel', () => {
  const run = async (): Promise<never> =>
    ({ run: { ...finishedRun, id: NEW_RUN, chat: `default/${CHAT}` } }) as never;

  test('ends what is pending', async () => {
    const ended: string[] = [];
    const cancel = async (id: string): Promise<Run> => {
      ended.push(id);
      return finishedRun;
    };
    const { world, asked } = chatWorld({ control: { run, cancel } });
    expect(wordsOf(await at.handle(asking('cancel 000003'), world))).toBe(
      '🚫 cancelled 000000000003, due Sun 2026-11-22 05:30 (UTC)',
    );
    expect(asked).toEqual([{ method: 'pending', argument: { chat: `default/${CHAT}` } }]);
    expect(ended).toEqual([NEW_RUN]);
  });

  test('knows no run of another chat', async () => {
    const { world, asked } = chatWorld({
      control: { run: async () => ({ run: { ...finishedRun, chat: 'default/7' } }) as never },
    });
    await expect(at.handle(asking(`cancel ${NEW_RUN}`), world)).rejects.toMatchObject({ code: 'not_found' });
    expect(asked).toEqual([]);
  });

  test('leaves alone what is not pending any more', async () => {
    const { world, asked } = chatWorld({ control: { run, pending: async () => [] } });
    await expect(at.handle(asking(`cancel ${NEW_RUN}`), world)).rejects.toMatchObject({
      code: 'not_found',
      message: `nothing pending in this chat has the id ${NEW_RUN}; /at list shows them`,
    });
    expect(asked).toEqual([]);
  });

  test('that fits several wants more of the id', async () => {
    const several = new AppError('ambiguous', 'aaaaaa fits 2 runs; give more of the id');
    const { world } = chatWorld({ control: { run: () => Promise.reject(several) } });
    await expect(at.handle(asking('cancel aaaaaa'), world)).rejects.toBe(several);
  });
});
