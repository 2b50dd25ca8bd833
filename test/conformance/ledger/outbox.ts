/** What every ledger promises about messages on their way out: each once, in order, by the rules of their states. */
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { MessageContent, SendOutcome } from '../../../src/core/message.ts';
import { TERMINAL_BOT } from '../../../src/core/message.ts';
import type { StoreKind } from './bench.ts';
import { T0, admit, claimOne, cron, id, openFor, settlement } from './bench.ts';
import {
  drain,
  elsewhere,
  end,
  failures,
  group,
  home,
  message,
  postAndSend,
  row,
  sent,
  takeOne,
  topic,
} from './messages.ts';

const content = (text: string): MessageContent => ({ text, silent: false });

export function outboxSuite(kind: StoreKind): void {
  describe('post', () => {
    test('a message is kept as it was handed over, and waits', async () => {
      const { chat } = await openFor(kind);
      const full = message('run:1:default/100:0', {
        to: topic,
        kind: 'final',
        run: id(1),
        content: {
          text: 'bold 😀 \ud83d',
          marks: [{ kind: 'pre', offset: 0, length: 4, language: 'ts' }],
          buttons: [[{ label: 'Retry', command: '/retry 1' }]],
          silent: true,
          replyTo: 44,
          document: { name: 'log.txt', text: 'a\0b' },
        },
      });
      await chat.post([full, message('plain')], T0);
      expect(await chat.message(full.key)).toEqual(row(1, full));
      expect(await chat.message('plain')).toEqual(row(2, message('plain')));
      expect(await chat.message('another')).toBeUndefined();
    });

    test('a key that is there gets new content, kind and run, and keeps its place and chat', async () => {
      const { chat } = await openFor(kind);
      await chat.post([message('a', { run: id(1), to: topic }), message('b')], T0);
      const change = { kind: 'final', to: group, content: content('new') } as const;
      await chat.post([message('a', change)], T0 + 9);
      expect(await chat.message('a')).toEqual(
        row(1, message('a', { ...change, to: topic }), { version: 2, createdAt: T0 }),
      );
      expect(await chat.messagesOf(id(1))).toEqual([]);
      await chat.post([message('a', { run: id(2) })], T0 + 9);
      expect((await chat.messagesOf(id(2))).map(({ version }) => version)).toEqual([3]);
    });

    test('the same key twice in one call is one message with the later content', async () => {
      const { chat } = await openFor(kind);
      await chat.post([message('a'), message('a', { content: content('later') })], T0);
      expect(await chat.message('a')).toMatchObject({ seq: 1, version: 2, content: { text: 'later' } });
      expect(await chat.outboxCounts()).toEqual({ waiting: 1, failed: 0, unknown: 0 });
    });

    test('new content for what was sent waits with its receipt, to become an edit', async () => {
      const ledger = await openFor(kind);
      await postAndSend(ledger, message('a'));
      await ledger.chat.post([message('a', { content: content('edited') })], T0 + 90);
      expect(await takeOne(ledger)).toMatchObject({
        state: 'sending',
        version: 2,
        attempts: 1,
        messageId: 501,
        sentAt: T0 + 50,
        content: { text: 'edited' },
      });
    });

    test('new content for what is being sent leaves it so until that attempt ends', async () => {
      const ledger = await openFor(kind);
      await ledger.chat.post([message('a')], T0);
      const taken = await takeOne(ledger);
      await ledger.chat.post([message('a', { content: content('newer') })], T0 + 1);
      expect(await ledger.chat.message('a')).toMatchObject({ state: 'sending', version: 2, attempts: 0 });
      expect(await ledger.chat.take(home)).toBeUndefined();
      expect(await end(ledger, taken, sent)).toMatchObject({ state: 'waiting', version: 2, messageId: 501 });
      expect(await drain(ledger)).toEqual(['newer']);
    });

    test('new content for what was refused for good stays refused, with the reason', async () => {
      const ledger = await openFor(kind);
      await postAndSend(ledger, message('a'), { kind: 'failed', reason: 'chat not found' });
      await ledger.chat.post([message('a', { content: content('newer') })], T0 + 90);
      expect(await ledger.chat.message('a')).toMatchObject({
        state: 'failed',
        reason: 'chat not found',
        version: 2,
        content: { text: 'newer' },
      });
      expect(await ledger.chat.take(home)).toBeUndefined();
    });

    test('the end of a run is tried once more where what showed it at work was refused', async () => {
      const ledger = await openFor(kind);
      const refused = { kind: 'failed', reason: 'blocked' } as const;
      const final = message('run', { kind: 'final', run: id(1), content: content('the answer') });
      await postAndSend(ledger, { ...final, kind: 'working' }, refused);
      expect(await postAndSend(ledger, final, refused)).toMatchObject({ state: 'failed', reason: 'blocked' });
      expect(await ledger.chat.take(home)).toBeUndefined();
      const begun = message('other', { kind: 'working', run: id(2) });
      await ledger.chat.post([begun], T0);
      const taken = await takeOne(ledger);
      await ledger.chat.post([{ ...begun, kind: 'final', content: content('its end') }], T0 + 1);
      expect(await end(ledger, taken, refused)).toMatchObject({ state: 'waiting' });
      expect(await drain(ledger)).toEqual(['its end']);
    });

    test.each(['waiting', 'sending', 'sent'])(
      'what shows a run at work comes too late for its end (%s), and changes nothing',
      async (state) => {
        const ledger = await openFor(kind);
        const final = message('run', { kind: 'final', run: id(1), content: content('the answer') });
        await ledger.chat.post([final], T0);
        if (state !== 'waiting') {
          const taken = await takeOne(ledger);
          if (state === 'sent') await end(ledger, taken, sent);
        }
        const before = await ledger.chat.message('run');
        await ledger.chat.post([{ ...final, kind: 'working', content: content('at work') }], T0 + 9);
        expect(await ledger.chat.message('run')).toEqual(before);
      },
    );

    test('the end of a run takes the place of what shows it at work', async () => {
      const ledger = await openFor(kind);
      await ledger.chat.post([message('run', { kind: 'working' })], T0);
      await ledger.chat.post([message('run', { kind: 'final', content: content('the answer') })], T0);
      expect(await ledger.chat.message('run')).toMatchObject({ kind: 'final', version: 2 });
    });

    test('new content for what may have arrived is sent', async () => {
      const ledger = await openFor(kind);
      await postAndSend(ledger, message('a'), { kind: 'unknown', reason: 'cut off' });
      await ledger.chat.post([message('a', { content: content('newer') })], T0 + 90);
      expect(await takeOne(ledger)).toMatchObject({ version: 2, messageId: null, reason: null, attempts: 1 });
    });
  });

  describe('the terminal', () => {
    const terminal = message('t', { to: { bot: TERMINAL_BOT, chat: 0 }, run: id(1) });

    test.each([
      ['posted', ({ chat }) => chat.post([terminal, message('a')], T0)],
      [
        'an answer',
        ({ chat }) => chat.received({ account: '4', update: 1, answers: [terminal, message('a')], at: T0 }),
      ],
      [
        'said when a run is settled',
        async (ledger) => {
          await admit(ledger, cron(1));
          const messages = [terminal, message('a')];
          await ledger.runs.settle(settlement(await claimOne(ledger), { messages }));
        },
      ],
      [
        'said when a run is dismissed',
        async (ledger) => {
          await admit(ledger, cron(1));
          const messages = [terminal, message('a')];
          await ledger.runs.dismiss(id(1), { state: 'cancelled', at: T0, reason: 'cancelled', messages });
        },
      ],
    ] satisfies ReadonlyArray<readonly [string, (ledger: Ledger) => Promise<unknown>]>)(
      'keeps no message, whether it is %s: those beside it are kept',
      async (_how, write) => {
        const ledger = await openFor(kind);
        await write(ledger);
        expect(await ledger.chat.message('t')).toBeUndefined();
        expect(await ledger.chat.messagesOf(id(1))).toEqual([]);
        expect(await ledger.chat.message('a')).toMatchObject({ state: 'waiting' });
      },
    );
  });

  describe('take', () => {
    test('gives the messages of a chat in the order in which they were first posted, topics together', async () => {
      const ledger = await openFor(kind);
      await ledger.chat.post([message('a'), message('b', { to: topic }), message('c')], T0);
      await ledger.chat.post([message('a', { content: content('a again') }), message('d')], T0 - 5);
      expect(await drain(ledger)).toEqual(['a again', 'b', 'c', 'd']);
    });

    test('one that is to be tried again comes before those behind it', async () => {
      const ledger = await openFor(kind);
      await ledger.chat.post([message('a'), message('b')], T0);
      const first = await takeOne(ledger);
      await end(ledger, first, { kind: 'again', reason: 'network' });
      expect(await takeOne(ledger)).toMatchObject({ key: 'a', attempts: 2, reason: 'network' });
    });

    test('chats, and bots in the same chat, do not wait for each other', async () => {
      const ledger = await openFor(kind);
      await ledger.chat.post(
        [message('a'), message('b', { to: group }), message('c', { to: elsewhere }), message('d')],
        T0,
      );
      const taken = await Promise.all([home, group, elsewhere].map((to) => ledger.chat.take(to)));
      expect(taken.map((one) => one?.key)).toEqual(['a', 'b', 'c']);
      expect(await ledger.chat.take(group)).toBeUndefined();
      expect((await ledger.chat.sendingMessages('default')).map(({ key }) => key)).toEqual(['a', 'b']);
      expect((await ledger.chat.sendingMessages('second')).map(({ key }) => key)).toEqual(['c']);
      expect(await ledger.chat.waitingChats('default')).toEqual([home.chat]);
    });

    test('two calls of one turn never give the same message', async () => {
      const ledger = await openFor(kind);
      await ledger.chat.post([message('a'), message('b')], T0);
      const taken = await Promise.all([1, 2, 3].map(() => ledger.chat.take(home)));
      expect(taken.map((one) => one?.key)).toEqual(['a', 'b', undefined]);
    });

    test('chats with a message that waits are told, those of other bots are not', async () => {
      const ledger = await openFor(kind);
      expect(await ledger.chat.waitingChats('default')).toEqual([]);
      await ledger.chat.post(
        [
          message('a', { to: group }),
          message('b'),
          message('c', { to: topic }),
          message('d', { to: elsewhere }),
        ],
        T0,
      );
      expect((await ledger.chat.waitingChats('default')).toSorted((a, b) => a - b)).toEqual([
        group.chat,
        home.chat,
      ]);
      await drain(ledger, group);
      expect(await ledger.chat.waitingChats('default')).toEqual([home.chat]);
    });

    test('whether a message waits is told of each chat, topics together, and not of what is being sent', async () => {
      const ledger = await openFor(kind);
      const waits = (): Promise<readonly boolean[]> =>
        Promise.all([home, topic, group, elsewhere].map((to) => ledger.chat.isWaiting(to)));
      expect(await waits()).toEqual([false, false, false, false]);
      await ledger.chat.post([message('a', { to: topic }), message('b', { to: elsewhere })], T0);
      expect(await waits()).toEqual([true, true, false, true]);
      const taken = await takeOne(ledger);
      expect(await waits()).toEqual([false, false, false, true]);
      await end(ledger, taken, { kind: 'again', reason: 'network' });
      expect(await waits()).toEqual([true, true, false, true]);
    });
  });

  describe('settleMessage', () => {
    const after = {
      again: { state: 'waiting', messageId: null },
      lost: { state: 'waiting', messageId: null },
      unknown: { state: 'unknown', messageId: null },
      failed: { state: 'failed', messageId: null },
    } as const;

    test('sent: it has its receipt and the time', async () => {
      const ledger = await openFor(kind);
      expect(await postAndSend(ledger, message('a'))).toEqual(
        row(1, message('a'), { state: 'sent', attempts: 1, messageId: 501, sentAt: T0 + 50 }),
      );
      expect(await ledger.chat.message('a')).toMatchObject({ state: 'sent' });
      expect(await ledger.chat.take(home)).toBeUndefined();
    });

    test.each(failures)('$kind: the row says so, with the reason', async (outcome) => {
      const ledger = await openFor(kind);
      const ended = await postAndSend(ledger, message('a'), outcome);
      expect(ended).toMatchObject({
        ...after[outcome.kind as keyof typeof after],
        reason: reasonOf(outcome),
      });
      expect(await ledger.chat.message('a')).toEqual(ended);
      const isTaken = (await ledger.chat.take(home)) !== undefined;
      expect(isTaken).toBe(ended.state === 'waiting');
    });

    test.each(failures)('$kind of an edit keeps the receipt, unless the message is gone', async (outcome) => {
      const ledger = await openFor(kind);
      await postAndSend(ledger, message('a'));
      const edit = await postAndSend(ledger, message('a', { content: content('edit') }), outcome);
      expect(edit.state).toBe(after[outcome.kind as keyof typeof after].state);
      const isLost = outcome.kind === 'lost';
      expect([edit.messageId, edit.sentAt]).toEqual(isLost ? [null, null] : [501, T0 + 50]);
    });

    test.each([sent, ...failures])('$kind of content that was replaced meanwhile', async (outcome) => {
      const ledger = await openFor(kind);
      await ledger.chat.post([message('a')], T0);
      const taken = await takeOne(ledger);
      await ledger.chat.post([message('a', { content: content('newer') })], T0 + 1);
      expect(await end(ledger, taken, outcome)).toMatchObject({
        state: outcome.kind === 'failed' ? 'failed' : 'waiting',
        messageId: outcome.kind === 'sent' ? 501 : null,
        version: 2,
        attempts: 0,
      });
      expect(await drain(ledger)).toEqual(outcome.kind === 'failed' ? [] : ['newer']);
    });

    test('ends an attempt once, and none that was never begun', async () => {
      const ledger = await openFor(kind);
      await ledger.chat.post([message('a')], T0);
      const waiting = row(1, message('a'));
      expect(await end(ledger, waiting, sent)).toBeUndefined();
      expect(await ledger.chat.message('a')).toEqual(waiting);
      const taken = await takeOne(ledger);
      const ended = await end(ledger, taken, sent);
      expect(await end(ledger, taken, { kind: 'failed', reason: 'late' })).toBeUndefined();
      expect(await ledger.chat.message('a')).toEqual(ended);
      expect(await end(ledger, { ...taken, seq: 99 }, sent)).toBeUndefined();
    });
  });

  describe('finds', () => {
    test('a message by its receipt, in its own chat of its own bot', async () => {
      const ledger = await openFor(kind);
      for (const to of [home, group, elsewhere]) {
        await postAndSend(ledger, message(`${to.bot} ${to.chat}`, { to }), { kind: 'sent', messageId: 5 });
      }
      const found = await Promise.all([home, group, elsewhere].map((to) => ledger.chat.messageAt(to, 5)));
      expect(found.map((one) => one?.seq)).toEqual([1, 2, 3]);
      expect(await ledger.chat.messageAt(topic, 5)).toEqual(found[0]);
      expect(await ledger.chat.messageAt(home, 6)).toBeUndefined();
    });

    test('the messages of a run, oldest first', async () => {
      const { chat } = await openFor(kind);
      await chat.post(
        [message('b', { run: id(1) }), message('x', { run: id(2) }), message('a', { run: id(1), to: group })],
        T0,
      );
      expect((await chat.messagesOf(id(1))).map(({ key }) => key)).toEqual(['b', 'a']);
      expect(await chat.messagesOf(id(3))).toEqual([]);
    });

    test('how many are still to arrive, were refused, and are of unknown fate', async () => {
      const ledger = await openFor(kind);
      expect(await ledger.chat.outboxCounts()).toEqual({ waiting: 0, failed: 0, unknown: 0 });
      await postAndSend(ledger, message('failed'), { kind: 'failed', reason: 'blocked' });
      for (const key of ['u1', 'u2']) {
        await postAndSend(ledger, message(key), { kind: 'unknown', reason: 'cut off' });
      }
      await postAndSend(ledger, message('sent'));
      await ledger.chat.post([message('sending'), message('waiting')], T0);
      await takeOne(ledger);
      expect(await ledger.chat.outboxCounts()).toEqual({ waiting: 2, failed: 1, unknown: 2 });
    });
  });

  describe('pruneMessages', () => {
    test('deletes what was created before the bound, oldest first, at most so many at a time', async () => {
      const { chat } = await openFor(kind);
      for (const [n, key] of ['c', 'a', 'b', 'young'].entries()) {
        await chat.post([message(key)], T0 + [30, 10, 20, 100][n]!);
      }
      const bounds = { before: T0 + 100, limit: 2 };
      expect(await chat.pruneMessages({ ...bounds, limit: 0 })).toBe(0);
      expect(await chat.pruneMessages(bounds)).toBe(2);
      expect([await chat.message('a'), await chat.message('b')]).toEqual([undefined, undefined]);
      expect(await chat.pruneMessages(bounds)).toBe(1);
      expect(await chat.pruneMessages(bounds)).toBe(0);
      expect((await chat.take(home))?.key).toBe('young');
    });

    test('deletes them whatever became of them, but not one that is being sent', async () => {
      const ledger = await openFor(kind);
      for (const outcome of [sent, ...failures]) await postAndSend(ledger, message(outcome.kind), outcome);
      // Those to be tried again are first; what is taken now is the first of them.
      const sending = await takeOne(ledger);
      expect(await ledger.chat.pruneMessages({ before: T0 + 1, limit: 99 })).toBe(4);
      expect(await end(ledger, sending, sent)).toMatchObject({ key: sending.key, state: 'sent' });
      expect(await ledger.chat.pruneMessages({ before: T0 + 1, limit: 99 })).toBe(1);
      expect(await ledger.chat.messageAt(home, 501)).toBeUndefined();
    });

    test('a key that was deleted is a new message at the end', async () => {
      const { chat } = await openFor(kind);
      await chat.post([message('a')], T0);
      await chat.pruneMessages({ before: T0 + 1, limit: 9 });
      await chat.post([message('a')], T0 + 5);
      expect(await chat.message('a')).toEqual(row(2, message('a'), { createdAt: T0 + 5 }));
    });
  });
}

function reasonOf(outcome: SendOutcome): string | null {
  return outcome.kind === 'sent' ? null : outcome.reason;
}
