import { describe, expect, test } from 'vitest';
import type { MessageState, SendOutcome, StoredMessage } from '../../src/core/message.ts';
import { TERMINAL_BOT, messageStates } from '../../src/core/message.ts';
import { ended, isKept, posted, replaced, taken } from '../../src/ledger/outbox-rules.ts';
import { T0, id } from '../conformance/ledger/bench.ts';
import { message, row, topic } from '../conformance/ledger/messages.ts';

type Receipt = 'none' | 'kept' | 'new';

/** A message that was sent once, and is in `state` with its third version. */
function known(state: MessageState, change: Partial<StoredMessage> = {}): StoredMessage {
  return row(4, message('k', { run: id(1) }), {
    state,
    version: 3,
    messageId: 90,
    attempts: 2,
    reason: 'why',
    sentAt: T0 + 1,
    ...change,
  });
}

function outcome(kind: SendOutcome['kind']): SendOutcome {
  return kind === 'sent' ? { kind, messageId: 91 } : { kind, reason: `it was ${kind}` };
}

describe('a message that is posted', () => {
  test('has a row, unless it is for the terminal', () => {
    expect(isKept(message('k'))).toBe(true);
    expect(isKept(message('k', { to: { bot: TERMINAL_BOT, chat: 0 } }))).toBe(false);
  });

  test('begins as the first version, waiting, never tried', () => {
    const { seq: _seq, ...fresh } = row(1, message('k'), { createdAt: T0 + 5 });
    expect(posted(message('k'), T0 + 5)).toEqual(fresh);
  });
});

describe('new content for a message', () => {
  test.each([
    ['waiting', 'waiting', null],
    ['sending', 'sending', null],
    ['sent', 'waiting', null],
    ['unknown', 'waiting', null],
    ['failed', 'failed', 'why'],
  ] as const)('that is %s leaves it %s', (before, after, reason) => {
    const next = message('k', { kind: 'notice', content: { text: 'next', silent: true } });
    expect(replaced(known(before), next)).toEqual(
      row(4, next, { state: after, version: 4, messageId: 90, attempts: 0, reason, sentAt: T0 + 1 }),
    );
  });

  test('that was refused is tried once more where it is the end of a run', () => {
    const end = message('k', { kind: 'final' });
    expect(replaced(known('failed'), end)).toMatchObject({ state: 'waiting', reason: null });
  });

  test('does not move it to another chat, and takes its run away when it names none', () => {
    const next = replaced(known('sent'), message('k', { to: topic }));
    expect(next.to).toEqual(known('sent').to);
    expect('run' in next).toBe(false);
  });

  test('may be a row of the store itself', () => {
    const again = replaced(known('sent'), known('failed', { seq: 9, createdAt: 0 }));
    expect(again).toEqual(known('waiting', { version: 4, attempts: 0, reason: null }));
  });
});

describe('a message that is taken', () => {
  test('is being sent, with one attempt more', () => {
    expect(taken(known('waiting'))).toEqual(known('sending', { attempts: 3 }));
  });
});

describe('the end of an attempt', () => {
  test.each([
    ['sent', 3, 'sent', 'new'],
    ['sent', 2, 'waiting', 'new'],
    ['again', 3, 'waiting', 'kept'],
    ['again', 2, 'waiting', 'kept'],
    ['lost', 3, 'waiting', 'none'],
    ['lost', 2, 'waiting', 'none'],
    ['unknown', 3, 'unknown', 'kept'],
    ['unknown', 2, 'waiting', 'kept'],
    ['failed', 3, 'failed', 'kept'],
    ['failed', 2, 'failed', 'kept'],
  ] as const satisfies ReadonlyArray<readonly [SendOutcome['kind'], number, MessageState, Receipt]>)(
    '%s of version %i, where 3 is the newest, makes it %s with its receipt %s',
    (...[kind, version, state, receipt]) => {
      const receipts = {
        none: { messageId: null, sentAt: null },
        kept: { messageId: 90, sentAt: T0 + 1 },
        new: { messageId: 91, sentAt: T0 + 9 },
      };
      const reason = kind === 'sent' ? null : `it was ${kind}`;
      expect(ended(known('sending'), { version, outcome: outcome(kind), at: T0 + 9 })).toEqual(
        known(state, { ...receipts[receipt], reason }),
      );
    },
  );

  test.each(messageStates.filter((state) => state !== 'sending'))('is none for one that is %s', (state) => {
    expect(ended(known(state), { version: 3, outcome: outcome('sent'), at: T0 })).toBeUndefined();
  });
});
