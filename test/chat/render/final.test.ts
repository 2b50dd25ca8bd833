/** Holds the message of a run to its end: one place in the chat, and it says how the run ended and what can be done. */
import { describe, expect, test } from 'vitest';
import type { EndedRun } from '../../../src/chat/render/ended.ts';
import { finalMessages } from '../../../src/chat/render/final.ts';
import { triggerId } from '../../../src/core/ids.ts';
import type { OutgoingMessage } from '../../../src/core/message.ts';
import { agentSpec, CHAT, ended, KEY, report, RUN } from './samples.ts';

const FOOTER = 'claude · sonnet-4 · 2m 3s · $0.042 · ⏰ cron:daily';
const SILENT_FOOTER = 'claude · opus · 2m 3s · ⏰ cron:daily';
const manual = triggerId('manual', 'agent');

const messages = (change: Parameters<typeof ended>[0]): readonly OutgoingMessage[] =>
  finalMessages(ended(change), CHAT);
const only = (change: Parameters<typeof ended>[0]): OutgoingMessage => {
  const [first, ...more] = messages(change);
  expect(more).toEqual([]);
  return first!;
};
const labels = ({ content }: OutgoingMessage): string =>
  (content.buttons ?? []).flatMap((row) => row.map(({ label }) => label)).join(' ');

describe('a success', () => {
  test('is the answer with its footer, in the place of the working message', () => {
    expect(only({ agent: report('All <b>well</b>.') })).toEqual({
      key: `${KEY}:0`,
      to: CHAT,
      kind: 'final',
      run: RUN,
      content: { text: `All <b>well</b>.\n\n${FOOTER}`, silent: true },
    });
  });

  test('that came late says so below', () => {
    const late = { agent: report('done'), reason: '40m late: the service was down' };
    expect(only(late).content.text).toBe(`done\n\n${FOOTER} · 40m late`);
  });

  test('marks code', () => {
    expect(only({ agent: report('```ts\na\n```') }).content.marks).toEqual([
      { kind: 'pre', offset: 0, length: 1, language: 'ts' },
    ]);
  });

  test.each([null, '', ' \n '])('without an answer (%j) says so', (answer) => {
    expect(only({ agent: report(answer) }).content.text).toBe(`✅ done, without an answer\n\n${FOOTER}`);
  });

  test('without a report says what the spec knows', () => {
    expect(only({}).content.text).toBe(`✅ done, without an answer\n\n${SILENT_FOOTER}`);
  });

  test('is heard by who asked', () => {
    expect(only({ agent: report('a'), trigger: manual }).content.silent).toBe(false);
    expect(only({ agent: report('a'), trigger: triggerId('at', '1') }).content.silent).toBe(false);
    expect(only({ agent: report('a'), trigger: triggerId('webhook', 'x') }).content.silent).toBe(true);
  });

  test('in several parts answers the question in the first and has the footer in the last', () => {
    const spec = agentSpec({ replyTo: 7 });
    const all = messages({ agent: report(`${'a '.repeat(2_000)}\n\n${'b '.repeat(2_000)}`), spec });
    expect(all.map(({ key, kind }) => [key, kind])).toEqual([
      [`${KEY}:0`, 'final'],
      [`${KEY}:1`, 'final'],
    ]);
    expect(all.map(({ content }) => content.replyTo)).toEqual([7, undefined]);
    expect(all.map(({ content }) => content.text.endsWith(FOOTER))).toEqual([false, true]);
  });

  test('that is too long has its file behind the text, which takes the place of the working message', () => {
    const answer = 'word '.repeat(20_000);
    const [first, second, ...more] = messages({ agent: report(answer) });
    expect(more).toEqual([]);
    expect(first?.content.document).toBeUndefined();
    expect(first?.content.text).toContain('in the file below');
    expect(second).toEqual({
      key: `${KEY}:1`,
      to: CHAT,
      kind: 'final',
      run: RUN,
      content: { text: '', silent: true, document: { name: 'answer.md', text: answer } },
    });
  });

  test('says nothing of a duration that is not known', () => {
    const facts: EndedRun = { ...ended({ agent: report('a') }), startedAt: undefined };
    expect(finalMessages(facts, CHAT)[0]?.content.text).toBe(
      'a\n\nclaude · sonnet-4 · $0.042 · ⏰ cron:daily',
    );
  });
});

describe('a failure', () => {
  test('says whose and why, what was answered so far, and what can be done; everybody hears it', () => {
    const message = only({ state: 'failed', reason: 'exit 1', agent: report('half') });
    expect(message.content.text).toBe(`❌ cron:daily failed: exit 1\n\nhalf\n\n${FOOTER}`);
    expect(message.content.silent).toBe(false);
    expect(message.kind).toBe('final');
    expect(labels(message)).toBe('Retry Log Mute');
  });

  test('of what somebody asked for is that of the run', () => {
    const message = only({ state: 'failed', reason: 'exit 1', trigger: manual });
    expect(message.content.text).toBe('❌ run failed: exit 1\n\nclaude · opus · 2m 3s · 👤 manual');
    expect(labels(message)).toBe('Retry Log');
  });

  test('without a reason says only that', () => {
    expect(only({ state: 'failed' }).content.text).toBe(`❌ cron:daily failed\n\n${SILENT_FOOTER}`);
  });

  test('by the budget says so', () => {
    const over = { state: 'failed', endedBy: 'budget' } as const;
    expect(only({ ...over, reason: 'budget used up; $2' }).content.text).toContain(
      '❌ cron:daily was stopped: budget used up; $2',
    );
    expect(only(over).content.text).toContain('❌ cron:daily was stopped: budget used up');
  });

  test('has its buttons below the last text', () => {
    const all = messages({ state: 'failed', reason: 'exit 1', agent: report('a '.repeat(4_000)) });
    expect(all.map(labels)).toEqual(['', 'Retry Log Mute']);
  });

  test('with an answer that is too long has them above the file', () => {
    const all = messages({ state: 'failed', reason: 'exit 1', agent: report('a '.repeat(50_000)) });
    expect(all.map(labels)).toEqual(['Retry Log Mute', '']);
    expect(all[0]?.content.text.startsWith('❌ cron:daily failed: exit 1\n\na a')).toBe(true);
  });
});

describe('a run that was cancelled', () => {
  test.each([
    ['cancelled', '🚫 cancelled'],
    ['cancelled; by 7', '🚫 cancelled; by 7'],
    ['replaced by a later run', '🚫 cancelled: replaced by a later run'],
    [null, '🚫 cancelled'],
  ])('for %j says: %s', (reason, text) => {
    const message = only({ state: 'cancelled', reason });
    expect(message.content.text).toBe(`${text}\n\n${SILENT_FOOTER}`);
    expect(labels(message)).toBe('');
    expect(message.content.silent).toBe(true);
  });
});

describe('a run that was interrupted', () => {
  test('and runs again stays under way, and can be cancelled', () => {
    const message = only({
      state: 'queued',
      endedBy: 'drain',
      reason: 'interrupted by a stop of the service; it runs again',
      agent: report('half'),
    });
    expect(message.content.text).toBe(`⚠️ interrupted by a stop of the service; it runs again\n\n${FOOTER}`);
    expect(message.kind).toBe('working');
    expect(message.content.silent).toBe(true);
    expect(labels(message)).toBe('Cancel');
  });

  test('and does not run again can be repeated by hand', () => {
    const message = only({
      state: 'failed',
      endedBy: 'crash',
      reason: 'the service died while it ran (attempt 1); not repeated by itself',
    });
    expect(message.content.text).toBe(
      `⚠️ interrupted: the service died while it ran (attempt 1); not repeated by itself\n\n${SILENT_FOOTER}`,
    );
    expect(message.kind).toBe('final');
    expect(message.content.silent).toBe(false);
    expect(labels(message)).toBe('Retry Log');
  });

  test('says what follows when nobody said why', () => {
    expect(only({ state: 'queued' }).content.text).toContain('⚠️ interrupted: it runs again');
    expect(only({ state: 'failed', endedBy: 'drain' }).content.text).toContain(
      '⚠️ interrupted: not repeated by itself',
    );
  });
});

test('an attempt that another follows says so in the first part only', () => {
  const reason = 'exit 1; attempt 2 of 3 in 1s';
  const message = only({ state: 'scheduled', reason, agent: report('a '.repeat(9_000)) });
  expect(message.content.text).toBe(`⚠️ ${reason}\n\n${FOOTER}`);
  expect(message).toMatchObject({ key: `${KEY}:0`, kind: 'working' });
  expect(labels(message)).toBe('Cancel');
  expect(only({ state: 'scheduled' }).content.text).toContain(
    '⚠️ cron:daily failed; another attempt follows',
  );
});
