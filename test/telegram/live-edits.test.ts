/** Holds glimpses of runs at work to the newest, and to one in two seconds. */
import { expect, test } from 'vitest';
import type { LiveEdit } from '../../src/telegram/live-edits.ts';
import { LiveEdits } from '../../src/telegram/live-edits.ts';

const content = (text: string): { text: string; silent: boolean } => ({ text, silent: true });

/** New content for a message in chat 1. */
const edit = (key: string, text: string): LiveEdit => ({
  key,
  to: { bot: 'default', chat: 1 },
  content: content(text),
});

test('only the newest of a message is shown', () => {
  const edits = new LiveEdits();
  edits.put(edit('a', 'one'), 0);
  edits.put(edit('a', 'two'), 10);
  expect(edits.next(1, 10)).toEqual({ key: 'a', waitMs: 0 });
  expect(edits.take('a', 10)).toEqual(content('two'));
  expect(edits.next(1, 10)).toBeUndefined();
});

test('a message is edited every two seconds at most, others are not held back by it', () => {
  const edits = new LiveEdits();
  edits.put(edit('a', 'one'), 0);
  edits.take('a', 0);
  edits.put(edit('a', 'two'), 500);
  expect(edits.next(1, 500)).toEqual({ key: 'a', waitMs: 1_500 });
  edits.put(edit('b', 'other'), 500);
  expect(edits.next(1, 500)).toEqual({ key: 'b', waitMs: 0 });
  expect(edits.next(1, 2_000)).toMatchObject({ waitMs: 0 });
});

test('in a chat that gets one edit a second each of many messages has its turn', () => {
  const edits = new LiveEdits();
  const shown: string[] = [];
  for (let now = 0; now < 8_000; now += 1_000) {
    for (const key of ['a', 'b', 'c', 'd']) edits.put(edit(key, `${now}`), now);
    const next = edits.next(1, now);
    if (next?.waitMs !== 0) continue;
    edits.take(next.key, now);
    shown.push(next.key);
  }
  expect(shown.join('')).toBe('abcdabcd');
});

test('another chat has its own', () => {
  const edits = new LiveEdits();
  edits.put(edit('a', 'one'), 0);
  expect(edits.next(2, 0)).toBeUndefined();
});

test('what is dropped is not shown, and does not make room for one too soon', () => {
  const edits = new LiveEdits();
  edits.put(edit('a', 'one'), 0);
  edits.take('a', 0);
  edits.put(edit('a', 'two'), 100);
  edits.drop('a');
  expect(edits.next(1, 5_000)).toBeUndefined();
  edits.put(edit('a', 'three'), 200);
  expect(edits.next(1, 200)).toEqual({ key: 'a', waitMs: 1_800 });
});
