/** Holds the account of a run to its promises: which answer counts, what it cost, what is shown meanwhile. */
import { describe, expect, test } from 'vitest';
import {
  answerOf,
  emptyAccount,
  failureOf,
  fold,
  isAnswered,
  MAX_ANSWER,
  reportOf,
} from '../../src/engines/account.ts';
import type { Account } from '../../src/engines/account.ts';
import type { EngineEvent } from '../../src/engines/contract.ts';

const text = (words: string, isDelta = false): EngineEvent => ({ kind: 'text', text: words, isDelta });
const result = (changes: Partial<Extract<EngineEvent, { kind: 'result' }>> = {}): EngineEvent => ({
  kind: 'result',
  isError: false,
  text: null,
  reason: null,
  ...changes,
});
const usage = (scope: 'total' | 'step', costUsd: number | null): EngineEvent => ({
  kind: 'usage',
  scope,
  inputTokens: 10,
  outputTokens: 1,
  costUsd,
});
const after = (...events: readonly EngineEvent[]): Account => events.reduce(fold, emptyAccount);

describe('the answer', () => {
  test('is that of the result', () => {
    expect(answerOf(after(text('thinking'), result({ text: 'done' })))).toBe('done');
  });

  test('is the last message where the result has none, or there is no result', () => {
    expect(answerOf(after(text('one'), text('two'), result()))).toBe('two');
    expect(answerOf(after(text('one'), text('two')))).toBe('two');
  });

  test('is put together from pieces', () => {
    expect(answerOf(after(text('old'), text('a'), text('b', true), text('c', true), result()))).toBe('abc');
  });

  test('is none when nothing was said, or the agent failed', () => {
    expect(answerOf(after(result()))).toBeNull();
    expect(answerOf(after(text('I will look.'), result({ isError: true })))).toBeNull();
  });

  test('can be delivered when the result is there', () => {
    expect(isAnswered(after(text('a')))).toBe(false);
    expect(isAnswered(after(text('a'), result()))).toBe(true);
    expect(isAnswered(after(text('a'), result({ isError: true })))).toBe(false);
  });

  test('has an end', () => {
    const account = after(...Array.from({ length: 30 }, () => text('x'.repeat(100_000), true)));
    expect(answerOf(account)).toHaveLength(MAX_ANSWER);
  });
});

describe('a failure', () => {
  test('has the reason of the result, else the last error, else some words', () => {
    const error: EngineEvent = { kind: 'error', message: 'no network' };
    expect(failureOf(after(error, result({ isError: true, reason: 'out of turns' })))).toBe('out of turns');
    expect(failureOf(after(error, result({ isError: true })))).toBe('no network');
    expect(failureOf(after(result({ isError: true })))).toBe('the agent reports an error');
  });

  test('is not made of an error alone', () => {
    expect(failureOf(after({ kind: 'error', message: 'retrying' }, text('ok'), result()))).toBeNull();
  });

  test('is taken back by a later result', () => {
    expect(failureOf(after(result({ isError: true, reason: 'busy' }), text('ok'), result()))).toBeNull();
  });
});

describe('the usage', () => {
  test('adds up steps', () => {
    expect(after(usage('step', 0.5), usage('step', null), usage('step', 0.25)).usage).toEqual({
      inputTokens: 30,
      outputTokens: 3,
      costUsd: 0.75,
    });
  });

  test('is replaced by a total, whose cost counts when it tells one', () => {
    expect(after(usage('step', 0.5), usage('step', 0.5), usage('total', 0.1)).usage).toEqual({
      inputTokens: 10,
      outputTokens: 1,
      costUsd: 0.1,
    });
    expect(after(usage('step', 0.5), usage('total', null)).usage.costUsd).toBe(0.5);
  });

  test('has no cost where none was told', () => {
    expect(after(usage('step', null), usage('total', null)).usage.costUsd).toBeNull();
  });
});

describe('what is shown', () => {
  test('is the number of steps and the last tool or words', () => {
    const tool: EngineEvent = { kind: 'tool', name: 'Bash', detail: 'npm test' };
    const end: EngineEvent = { kind: 'tool_result', name: 'Bash', isError: false };
    expect(after(text('Hm.\n\nLet me see.\n'), tool, end)).toMatchObject({
      steps: 1,
      line: 'Bash: npm test',
    });
    expect(after(tool, end, tool, text('Hm.\n\nLet me see.\n'))).toMatchObject({
      steps: 2,
      line: 'Let me see.',
    });
  });

  test('is nothing before the first event', () => {
    expect(emptyAccount).toMatchObject({ steps: 0, line: null });
  });

  test('is one short line', () => {
    expect(after(text(`a\t${'b'.repeat(500)}`)).line).toHaveLength(200);
  });
});

describe('it works', () => {
  const started: EngineEvent = { kind: 'started', session: null, model: null };
  const tool: EngineEvent = { kind: 'tool', name: 'Bash', detail: '' };

  test('until a result, and again when a turn begins, or it speaks or uses a tool', () => {
    expect(after().isWorking).toBe(true);
    expect(after(tool, result()).isWorking).toBe(false);
    for (const event of [started, text('more'), tool])
      expect(after(result(), event).isWorking, event.kind).toBe(true);
    expect(after(result(), text('more'), result()).isWorking).toBe(false);
  });

  test('not because a task ends or something is counted', () => {
    const told: readonly EngineEvent[] = [{ kind: 'background', tasks: 0 }, usage('step', null)];
    expect(after(result(), ...told).isWorking).toBe(false);
  });

  test('and its answer stays the one of its last result meanwhile', () => {
    expect(answerOf(after(result({ text: 'first' }), text('hm')))).toBe('first');
  });
});

test('the report holds the session that continues the run, and the last model', () => {
  const started: EngineEvent = { kind: 'started', session: 's1', model: 'm1' };
  const account = after(started, { kind: 'started', session: null, model: 'm2' }, text('hi'), result());
  expect(reportOf(account, 'mine')).toEqual({
    engine: 'mine',
    model: 'm2',
    session: 's1',
    answer: 'hi',
    usage: { inputTokens: 0, outputTokens: 0, costUsd: null },
  });
});

test('the report holds what was consumed beyond what had been before', () => {
  const before = { inputTokens: 4, outputTokens: 1, costUsd: 0.25 };
  expect(reportOf(after(usage('total', 0.75)), 'mine', before).usage).toEqual({
    inputTokens: 6,
    outputTokens: 0,
    costUsd: 0.5,
  });
});
