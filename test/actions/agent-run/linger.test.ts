/** Holds the wait for a program that has answered to its promises: short, but never for one that works. */
import { expect, test } from 'vitest';
import { BACKGROUND_MS, Linger, LINGER_MS } from '../../../src/actions/agent-run/linger.ts';
import { emptyAccount, fold } from '../../../src/engines/account.ts';
import type { Account } from '../../../src/engines/account.ts';
import type { EngineEvent } from '../../../src/engines/contract.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const answer: EngineEvent = { kind: 'result', isError: false, text: 'yes', reason: null };
const failure: EngineEvent = { kind: 'result', isError: true, text: null, reason: 'no' };
const started: EngineEvent = { kind: 'started', session: null, model: null };
const words: EngineEvent = { kind: 'text', text: 'hm', isDelta: false };
const toolEnd: EngineEvent = { kind: 'tool_result', name: 'Bash', isError: false };
const tasks = (count: number): EngineEvent => ({ kind: 'background', tasks: count });

/** A program that is waited for. */
class Watched implements Disposable {
  readonly clock = new FakeClock();
  isOver = false;
  #account: Account = emptyAccount;
  readonly #linger = new Linger(this.clock, () => {
    this.isOver = true;
  });

  /** Whether it is over when it has told these and `ms` have passed. */
  after(ms: number, ...events: readonly EngineEvent[]): boolean {
    this.#account = events.reduce(fold, this.#account);
    this.#linger.hear(this.#account);
    this.clock.advanceSync(ms);
    return this.isOver;
  }

  [Symbol.dispose](): void {
    this.#linger[Symbol.dispose]();
  }
}

test('an answer is waited with for a moment, and no longer', () => {
  using program = new Watched();
  expect(program.after(LINGER_MS - 1, answer)).toBe(false);
  expect(program.after(1)).toBe(true);
});

test.each([words, toolEnd, started, tasks(0)])(
  'the moment begins anew with an event ($kind) and its result',
  (event) => {
    using program = new Watched();
    expect(program.after(LINGER_MS - 1, answer)).toBe(false);
    expect(program.after(LINGER_MS - 1, event, answer)).toBe(false);
    expect(program.after(1)).toBe(true);
  },
);

test('the moment begins anew with an event that is no work', () => {
  using program = new Watched();
  expect(program.after(LINGER_MS - 1, answer)).toBe(false);
  expect(program.after(LINGER_MS - 1, toolEnd)).toBe(false);
  expect(program.after(1)).toBe(true);
});

test('noise without an event prolongs nothing', () => {
  using program = new Watched();
  expect(program.after(LINGER_MS - 1, answer)).toBe(false);
  expect(program.after(1)).toBe(true);
});

test.each([started, words, { kind: 'tool', name: 'Bash', detail: '' } as const])(
  'a program that works again ($kind) is not cut off, until it has answered again',
  (work) => {
    using program = new Watched();
    expect(program.after(LINGER_MS - 1, answer)).toBe(false);
    expect(program.after(1_000 * LINGER_MS, work)).toBe(false);
    expect(program.after(LINGER_MS, answer)).toBe(true);
  },
);

test('a program with tasks in the background is waited for longer, and not for ever', () => {
  using program = new Watched();
  expect(program.after(BACKGROUND_MS - 1, tasks(1), answer)).toBe(false);
  expect(program.after(1)).toBe(true);
});

test('when its tasks are over it has the usual moment to go on', () => {
  using program = new Watched();
  expect(program.after(BACKGROUND_MS - 1, tasks(1), answer)).toBe(false);
  expect(program.after(LINGER_MS - 1, tasks(0))).toBe(false);
  expect(program.after(1)).toBe(true);
});

test('a failure is waited with until the program leaves, since a later answer takes it back', () => {
  using program = new Watched();
  expect(program.after(1_000 * LINGER_MS, failure)).toBe(false);
});

test('nothing happens after the wait was given up', () => {
  const program = new Watched();
  program.after(0, answer);
  program[Symbol.dispose]();
  program.clock.advanceSync(LINGER_MS);
  expect(program.isOver).toBe(false);
});
