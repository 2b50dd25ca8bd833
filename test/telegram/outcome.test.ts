/** Holds the table of failed deliveries: what is repeated, what is not, and how long a chat waits. */
import { describe, expect, test } from 'vitest';
import type { MessageKind } from '../../src/core/message.ts';
import type { Failure } from '../../src/telegram/failure.ts';
import type { Attempted } from '../../src/telegram/outcome.ts';
import { isEdit, leftover, verdictOn } from '../../src/telegram/outcome.ts';

const reason = 'why';
const text = { text: 'hi', silent: false };
const file = { ...text, document: { name: 'log.txt', text: 'log' } };
const kinds: readonly MessageKind[] = ['working', 'final', 'answer', 'notice'];

function send(kind: MessageKind, attempts = 1): Attempted {
  return { kind, attempts, messageId: null, content: text };
}

function edit(kind: MessageKind, attempts = 1): Attempted {
  return { kind, attempts, messageId: 5, content: text };
}

const again = { outcome: { kind: 'again', reason }, holdMs: 1_000, isTokenRefused: false };
const unknown = { outcome: { kind: 'unknown', reason }, holdMs: 0, isTokenRefused: false };

describe('where it is not known whether it arrived', () => {
  const uncertain: readonly Failure[] = [
    { kind: 'server', isCertain: false, reason },
    { kind: 'network', isCertain: false, reason },
    { kind: 'timeout', reason },
    { kind: 'aborted', reason },
  ];
  const cases = uncertain.flatMap((failure) => kinds.map((kind) => [failure.kind, kind, failure] as const));

  test.each(cases)('%s: an edit of a message (%s) is repeated', (_failure, kind, failure) => {
    expect(verdictOn(failure, edit(kind))).toEqual(again);
  });

  test.each(cases.filter(([, kind]) => kind !== 'final'))(
    '%s: a new message (%s) is sent again',
    (_failure, kind, failure) => {
      expect(verdictOn(failure, send(kind))).toEqual(again);
    },
  );

  test.each(uncertain.map((failure) => [failure.kind, failure] as const))(
    '%s: the answer of a run is not sent again',
    (_kind, failure) => {
      expect(verdictOn(failure, send('final'))).toEqual(unknown);
    },
  );

  test('a file is a new message even where there was one', () => {
    const failure: Failure = { kind: 'timeout', reason };
    expect(verdictOn(failure, { ...edit('final'), content: file })).toEqual(unknown);
  });
});

describe('where Telegram says that it failed', () => {
  const failure: Failure = { kind: 'server', isCertain: true, reason };

  test.each(kinds)('%s: sent and edited again', (kind) => {
    expect(verdictOn(failure, send(kind))).toEqual(again);
    expect(verdictOn(failure, edit(kind))).toEqual(again);
  });

  test('the answer of a run, that it fails every time, is not sent for ever', () => {
    expect(verdictOn(failure, send('final', 7)).outcome).toEqual(again.outcome);
    expect(verdictOn(failure, send('final', 8))).toEqual(unknown);
  });
});

describe('where it certainly did not arrive', () => {
  const refused: Failure = { kind: 'network', isCertain: true, reason };

  test.each(kinds)('%s: sent and edited again', (kind) => {
    expect(verdictOn(refused, send(kind))).toEqual(again);
    expect(verdictOn(refused, edit(kind))).toEqual(again);
  });

  test.each([
    [1, 1_000],
    [2, 2_000],
    [4, 8_000],
    [7, 60_000],
    [1_000, 60_000],
  ])('after attempt %i the chat waits %i ms', (attempts, holdMs) => {
    expect(verdictOn(refused, send('answer', attempts)).holdMs).toBe(holdMs);
  });

  test('too many: again, after exactly the time that Telegram says', () => {
    const failure: Failure = { kind: 'too_many', retryAfterMs: 17_000, reason };
    expect(verdictOn(failure, send('final', 3))).toEqual({ ...again, holdMs: 17_000 });
  });

  test('the token is refused: again, once it works', () => {
    const failure: Failure = { kind: 'unauthorized', reason };
    expect(verdictOn(failure, send('final'))).toEqual({ ...again, isTokenRefused: true });
  });
});

describe('what cannot be repeated', () => {
  const held = { holdMs: 0, isTokenRefused: false };

  test('an edit that changes nothing has arrived', () => {
    const failure: Failure = { kind: 'not_modified', reason };
    expect(verdictOn(failure, edit('final'))).toEqual({ ...held, outcome: { kind: 'sent', messageId: 5 } });
  });

  test('a message that is gone is sent anew', () => {
    const failure: Failure = { kind: 'gone', reason };
    expect(verdictOn(failure, edit('final'))).toEqual({ ...held, outcome: { kind: 'lost', reason } });
  });

  test.each(kinds)('%s: refused is refused', (kind) => {
    const failure: Failure = { kind: 'refused', reason };
    for (const row of [send(kind), edit(kind)]) {
      expect(verdictOn(failure, row)).toEqual({ ...held, outcome: { kind: 'failed', reason } });
    }
  });
});

describe('what a dead process left', () => {
  test.each([
    ['an edit of an answer of a run', edit('final'), 'again'],
    ['a notice', send('notice'), 'again'],
    ['an answer', send('answer'), 'again'],
    ['a run at work', send('working'), 'again'],
    ['the answer of a run', send('final'), 'unknown'],
    ['a file in place of a message', { ...edit('final'), content: file }, 'unknown'],
    ['an answer of a run that came while something else was sent', send('final', 0), 'again'],
  ])('%s: %s', (_what, row, kind) => {
    expect(leftover(row)).toMatchObject({ kind });
  });
});

test('only text that replaces what was sent is an edit', () => {
  expect(isEdit(edit('final'))).toBe(true);
  expect(isEdit(send('final'))).toBe(false);
  expect(isEdit({ ...edit('final'), content: file })).toBe(false);
});
