/** Holds what is said of messages that did not arrive: once, to somebody who can read it, and again when it is news. */
import { describe, expect, test } from 'vitest';
import type { ChatSettings } from '../../../src/core/chat-settings.ts';
import { newRunId } from '../../../src/core/ids.ts';
import type { OutgoingMessage, SendOutcome } from '../../../src/core/message.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { FollowUps, pointersTo } from '../../../src/service/chat/follow-ups.ts';
import { sampleChat } from '../../support/samples.ts';
import { CHAT, sampleRow } from './samples.ts';

const settings = sampleChat({ defaultChat: 1, admins: new Set([2]) });
const blocked: SendOutcome = { kind: 'failed', reason: 'blocked by the user' };
const sent: SendOutcome = { kind: 'sent', messageId: 1 };

/** Follow-ups on a ledger, with the words that are said after each outcome in chat 42. */
class Scene {
  readonly ledger = new MemoryLedger().chat;
  #followUps: Promise<FollowUps> = FollowUps.load(this.ledger);

  restart(): void {
    this.#followUps = FollowUps.load(this.ledger);
  }

  async after(outcome: SendOutcome, of: ChatSettings = settings): Promise<OutgoingMessage | undefined> {
    return (await this.#followUps).after(sampleRow(), outcome, of);
  }

  async tells(outcome: SendOutcome): Promise<boolean> {
    return (await this.after(outcome)) !== undefined;
  }
}

describe('a chat that takes no messages', () => {
  test('is told of in the default chat, with the reason', async () => {
    expect(await new Scene().after(blocked)).toEqual({
      key: 'notice:refused:default/42:5',
      to: { bot: 'default', chat: 1 },
      kind: 'notice',
      content: {
        text: '⚠️ chat 42 takes no messages: blocked by the user. What is meant for it is left out until that changes.',
        silent: false,
      },
    });
  });

  test.for([
    ['an admin, where there is no default chat', { defaultChat: undefined }, 2],
    ['an admin, where it is the default chat itself', { defaultChat: CHAT.chat }, 2],
    [
      'nobody, where there is nobody else',
      { defaultChat: CHAT.chat, admins: new Set([CHAT.chat]) },
      undefined,
    ],
  ] as const)('is told to %s', async ([, change, chat]) => {
    const told = await new Scene().after(blocked, { ...settings, ...change });
    expect(told?.to.chat).toBe(chat);
  });

  test('is told of once for each reason, across restarts', async () => {
    const scene = new Scene();
    expect(await Promise.all([scene.tells(blocked), scene.tells(blocked)])).toEqual([true, false]);
    scene.restart();
    expect(await scene.tells(blocked)).toBe(false);
    expect(await scene.tells({ kind: 'failed', reason: 'chat not found' })).toBe(true);
  });

  test('that takes one again is forgotten: breaking once more is news', async () => {
    const scene = new Scene();
    await scene.after(blocked);
    scene.restart();
    expect(await scene.after(sent)).toBeUndefined();
    expect(await scene.ledger.memories('refused:')).toEqual(new Map());
    expect(await scene.tells(blocked)).toBe(true);
  });

  test('is told of later where the store was away', async () => {
    let isAway = true;
    const followUps = new FollowUps(
      { remember: async () => (isAway ? Promise.reject(new Error('the disk is full')) : undefined) },
      new Map(),
    );
    await expect(followUps.after(sampleRow(), blocked, settings)).rejects.toThrow('the disk is full');
    isAway = false;
    expect(await followUps.after(sampleRow(), blocked, settings)).toBeDefined();
  });
});

test('what is known to have arrived in a chat that was well costs the store nothing', async () => {
  const remember = (): never => {
    throw new Error('asked');
  };
  expect(await new FollowUps({ remember }, new Map()).after(sampleRow(), sent, settings)).toBeUndefined();
});

describe('a message that may be missing', () => {
  const unknown: SendOutcome = { kind: 'unknown', reason: 'cut off' };
  const run = newRunId();

  test('is pointed out where it may be missing, with the way to what it said', async () => {
    const followUps = new FollowUps(new MemoryLedger().chat, new Map());
    const row = sampleRow({ run, kind: 'final', state: 'unknown' });
    expect(await followUps.after(row, unknown, settings)).toEqual({
      key: 'notice:unknown:k',
      to: CHAT,
      kind: 'notice',
      run,
      content: {
        text: `⚠️ The connection broke while the answer of run ${run.slice(-12)} was being sent: it may be missing here.`,
        silent: false,
        buttons: [[{ label: 'Log', command: `/log ${run}` }]],
      },
    });
  });

  test('is not, when there is newer content to be sent, or it will be tried again', async () => {
    const followUps = new FollowUps(new MemoryLedger().chat, new Map());
    expect(await followUps.after(sampleRow({ state: 'waiting' }), unknown, settings)).toBeUndefined();
    for (const kind of ['again', 'lost'] as const)
      expect(await followUps.after(sampleRow(), { kind, reason: 'x' }, settings)).toBeUndefined();
  });

  test('is pointed out also when a dead process left it, where it is not sent again', () => {
    const left = { state: 'sending', messageId: null } as const;
    const rows = [
      sampleRow({ ...left, key: 'final', kind: 'final' }),
      sampleRow({ ...left, key: 'answer' }),
      sampleRow({ ...left, key: 'edit', kind: 'final', messageId: 9 }),
    ];
    expect(pointersTo(rows).map(({ key }) => key)).toEqual(['notice:unknown:final']);
  });
});
