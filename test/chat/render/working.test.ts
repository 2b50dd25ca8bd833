/** Holds the message of a run under way to one short look at it. */
import { describe, expect, test } from 'vitest';
import type { WorkingFacts } from '../../../src/chat/render/working.ts';
import { workingContent } from '../../../src/chat/render/working.ts';
import { triggerId } from '../../../src/core/ids.ts';
import { RUN } from './samples.ts';
import { traps } from './traps.ts';

const facts = (change: Partial<WorkingFacts> = {}): WorkingFacts => ({
  run: RUN,
  trigger: triggerId('cron', 'x'),
  engine: 'claude',
  model: 'sonnet-4',
  startedAt: 1_000,
  now: 43_900,
  steps: 3,
  last: 'Bash: npm test',
  attempt: 1,
  ...change,
});

const lines = (change: Partial<WorkingFacts> = {}): readonly string[] =>
  workingContent(facts(change)).text.split('\n');

test('it says how far the run is, what it does, and where it came from', () => {
  expect(lines()).toEqual([
    '⏳ claude is working · step 3 · 42s',
    'Bash: npm test',
    'claude · sonnet-4 · ⏰ cron:x',
  ]);
});

test('it says that it is late', () => {
  expect(lines({ late: '40m late' }).at(-1)).toBe('claude · sonnet-4 · ⏰ cron:x · 40m late');
});

test('it says only what is known', () => {
  expect(lines({ steps: 0, now: 1_500, last: ' \n', model: null })).toEqual([
    '⏳ claude is working',
    'claude · ⏰ cron:x',
  ]);
});

test('it marks the time it tells: two that differ in that alone say the same', () => {
  const timeless = (change: Partial<WorkingFacts>): string => {
    const { text, elapsed = '' } = workingContent(facts(change));
    expect(text).toContain(elapsed);
    return text.replace(elapsed, '');
  };
  expect(workingContent(facts()).elapsed).toBe(' · 42s');
  expect(timeless({})).toBe(timeless({ now: 8_000_000 }));
  expect(timeless({})).toBe(timeless({ now: 1_000 }));
  expect(workingContent(facts({ waiting: 'a place' })).elapsed).toBeUndefined();
});

test('a clock that was set back is no time', () => {
  expect(lines({ now: 0 })[0]).toBe('⏳ claude is working · step 3');
});

test('a later attempt says so', () => {
  expect(lines({ attempt: 2 })[0]).toBe('⏳ claude is working · attempt 2 · step 3 · 42s');
});

test('a run that waits says what for', () => {
  expect(lines({ waiting: 'two runs of cron:x are\nahead', last: '' })[0]).toBe(
    '⏳ claude waits: two runs of cron:x are ahead',
  );
});

describe('the last line', () => {
  test.each(traps)('with %s is text', (_what, text) => {
    expect(lines({ last: text })[1]).toBe(text);
    expect(workingContent(facts({ last: text })).marks).toBeUndefined();
  });

  test('is one line of 200 units at most', () => {
    expect(lines({ last: `a\r\nb\0 ${'🌍'.repeat(50_000)}` })).toHaveLength(3);
    expect(lines({ last: 'x'.repeat(200) })[1]).toBe('x'.repeat(200));
    expect(lines({ last: 'x'.repeat(201) })[1]).toBe(`${'x'.repeat(199)}…`);
  });
});

test.each([
  ['cron', true],
  ['webhook', true],
  ['at', false],
  ['manual', false],
] as const)('a run by %s begins without a sound: %s', (kind, silent) => {
  expect(workingContent(facts({ trigger: triggerId(kind, 'x') })).silent).toBe(silent);
});

test('it can be cancelled, and answers who asked', () => {
  expect(workingContent(facts({ replyTo: 7 }))).toMatchObject({
    buttons: [[{ label: 'Cancel', command: `/cancel ${RUN}` }]],
    replyTo: 7,
  });
  expect(workingContent(facts())).not.toHaveProperty('replyTo');
});
