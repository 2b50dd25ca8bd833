/** Holds glimpses of runs at work to the newest, and to one in two seconds. */
import { expect, test } from 'vitest';
import { LiveEdits } from '../../src/telegram/live-edits.ts';

const content = (text: string): { text: string; silent: boolean } => ({ text, silent: true });

test('only the newest of a message is shown', () => {
  const edits = new LiveEdits();
  edits.put('a', 1, { content: content('one'), now: 0 });
  edits.put('a', 1, { content: content('two'), now: 10 });
  expect(edits.next(1, 10)).toEqual({ key: 'a', waitMs: 0 });
  expect(edits.take('a', 10)).toEqual(content('two'));
  expect(edits.next(1, 10)).toBeUndefined();
});

test('a message is edited every two seconds at most, others are not held back by it', () => {
  const edits = new LiveEdits();
  edits.put('a', 1, { content: content('one'), now: 0 });
  edits.take('a', 0);
  edits.put('a', 1, { content: content('two'), now: 500 });
  expect(edits.next(1, 500)).toEqual({ key: 'a', waitMs: 1_500 });
  edits.put('b', 1, { content: content('other'), now: 500 });
  expect(edits.next(1, 500)).toEqual({ key: 'b', waitMs: 0 });
  expect(edits.next(1, 2_000)).toMatchObject({ waitMs: 0 });
});

test('another chat has its own', () => {
  const edits = new LiveEdits();
  edits.put('a', 1, { content: content('one'), now: 0 });
  expect(edits.next(2, 0)).toBeUndefined();
});

test('what is dropped is not shown, and does not make room for one too soon', () => {
  const edits = new LiveEdits();
  edits.put('a', 1, { content: content('one'), now: 0 });
  edits.take('a', 0);
  edits.put('a', 1, { content: content('two'), now: 100 });
  edits.drop('a');
  expect(edits.next(1, 5_000)).toBeUndefined();
  edits.put('a', 1, { content: content('three'), now: 200 });
  expect(edits.next(1, 200)).toEqual({ key: 'a', waitMs: 1_800 });
});

test('messages that are no longer edited are forgotten', () => {
  const edits = new LiveEdits();
  for (let n = 0; n < 100; n += 1) {
    edits.put(`run ${n}`, 1, { content: content('x'), now: n });
    edits.take(`run ${n}`, n);
  }
  edits.put('last', 1, { content: content('x'), now: 10_000 });
  expect(edits.size).toBe(1);
});
