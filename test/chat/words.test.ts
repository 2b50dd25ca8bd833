/** Holds how runs, triggers and the lines of the terminal read. */
import { describe, expect, test } from 'vitest';
import { spokenIncoming } from '../../src/chat/spoken.ts';
import { counted, runLine, triggerLines } from '../../src/chat/words.ts';
import { runStates } from '../../src/core/run.ts';
import { NOTHING_DUE } from '../../src/core/tally.ts';
import { finishedRun, NIGHTLY, NOW } from '../cli/support/fake-control.ts';

describe('a run', () => {
  test('is one line: its end, its id, what started it, when, how long, and why', () => {
    expect(runLine({ ...finishedRun, reason: 'exit 3' }, NOW)).toBe(
      '❌ 0000005c1d07 cron:nightly, 1m ago, took 1s: exit 3',
    );
  });

  test.for(runStates)('that is %s has a sign of its own', (state) => {
    expect(runLine({ ...finishedRun, state, reason: null, startedAt: null }, NOW)).toMatch(
      /^(🕒|⏳|▶️|✅|❌|🚫|⏭|💤) 0000005c1d07 cron:nightly, 1m ago$/u,
    );
  });
});

test('a trigger says what it is, what comes next, what holds it, how it went last, and what was left out lately', () => {
  const view = {
    ...{ id: NIGHTLY, words: '2:00 AM daily (UTC)', zone: 'UTC', chat: null },
    nextAt: NOW + 3_600_000,
    never: null,
    disabled: null,
    last: { id: finishedRun.id, state: 'failed' as const, reason: 'exit 3', dueAt: NOW - 60_000 },
    pause: { trigger: NIGHTLY, since: NOW, until: NOW + 7_200_000, by: 'chat user 2' },
    lately: { ...NOTHING_DUE, due: 144, ran: 48, skipped: 96, overlapped: 96 },
  };
  expect(triggerLines(view, 'UTC', NOW)).toEqual([
    '⏰ cron:nightly: 2:00 AM daily (UTC)',
    '   next Sun 2026-11-22 06:00 (UTC), in 1h',
    '   ⏸ paused by chat user 2 until Sun 2026-11-22 07:00 (UTC)',
    '   last ❌ failed 1m ago: exit 3',
    '   in 24h: due 144, ran 48, skipped 96 (overlap)',
  ]);
  const bare = { ...view, nextAt: null, last: null, pause: null, lately: null };
  expect(triggerLines(bare, 'UTC', NOW)).toHaveLength(1);
  const held = { ...bare, pause: { ...view.pause, until: undefined } };
  expect(triggerLines(held, 'UTC', NOW)[1]).toBe('   ⏸ paused by chat user 2 until it is resumed');
  expect(triggerLines({ ...bare, never: 'never' }, 'UTC', NOW)[1]).toBe('   next: never');
  const off = { ...bare, never: 'never', disabled: 'disabled in the file' };
  expect(triggerLines(off, 'UTC', NOW).slice(1)).toEqual(['   disabled in the file']);
  const reboot = { ...bare, words: 'at each start', never: 'at each start' };
  expect(triggerLines(reboot, 'UTC', NOW)).toHaveLength(1);
});

test.for([
  [0, '0 crons'],
  [1, '1 cron'],
  [2, '2 crons'],
] as const)('%i are counted as %s', ([count, words]) => {
  expect(counted(count, 'cron')).toBe(words);
});

describe('a line in the terminal', () => {
  const about = { id: 'terminal:1', at: NOW, to: { bot: 'terminal', chat: 0 } };
  test.for([
    ['/ping', { command: 'ping', text: '' }],
    ['  /At 30m look  ', { command: 'at', text: '30m look' }],
    ['/at 30m first\n  second', { command: 'at', text: '30m first\n  second' }],
    ['hello there', { text: 'hello there' }],
    ['see /ping', { text: 'see /ping' }],
    ['/usr/bin is full', { text: '/usr/bin is full' }],
    ['@5c1d07a2b3c4 and now?', { text: 'and now?', replyRun: '5c1d07a2b3c4' }],
    ['@anna hello', { text: '@anna hello' }],
  ] as const)('%j', ([line, means]) => {
    const {
      id: _,
      at: __,
      to: ___,
      kind: ____,
      from,
      isGroup,
      messageId,
      ...said
    } = spokenIncoming(line, about);
    expect(said).toEqual(means);
    expect({ from, isGroup, messageId }).toEqual({ from: undefined, isGroup: false, messageId: undefined });
  });
});
