/** Holds notices to what their trigger asked for, and to saying it once. */
import { describe, expect, test } from 'vitest';
import { noticeMessages, saidMessages } from '../../../src/chat/render/notice.ts';
import type { OutgoingMessage } from '../../../src/core/message.ts';
import { sampleSpec } from '../../support/samples.ts';
import { CHAT, ended, KEY, RUN } from './samples.ts';
import { traps } from './traps.ts';

const all = { notifyOnSuccess: true, notifyOnFailure: true, notifyOnRecovery: true };
const spec = (wanted: Partial<typeof all>): ReturnType<typeof sampleSpec> => ({
  ...sampleSpec('x'),
  ...wanted,
});
const notices = (
  wanted: Partial<typeof all>,
  change: Parameters<typeof ended>[0] = {},
): readonly OutgoingMessage[] => noticeMessages(ended({ spec: spec(wanted), ...change }), CHAT);
const text = (...of: Parameters<typeof notices>): string | undefined => notices(...of)[0]?.content.text;

const failure = { state: 'failed', reason: 'exit 1' } as const;

describe('a success', () => {
  test('is told quietly where that is wanted', () => {
    expect(notices({ notifyOnSuccess: true })).toEqual([
      {
        key: `${KEY}:notice:0`,
        to: CHAT,
        kind: 'notice',
        run: RUN,
        content: { text: '✅ cron:daily (command): succeeded', silent: true },
      },
    ]);
    expect(text({ notifyOnSuccess: true }, { reason: 'ran late' })).toBe('✅ cron:daily (command): ran late');
  });

  test('is not told otherwise', () => {
    expect(notices({ notifyOnFailure: true, notifyOnRecovery: true })).toEqual([]);
  });
});

describe('a failure', () => {
  test('is told aloud where that is wanted, with what can be done', () => {
    const [notice] = notices({ notifyOnFailure: true }, failure);
    expect(notice?.content).toEqual({
      text: '❌ cron:daily (command): exit 1',
      silent: false,
      buttons: [
        [
          { label: 'Retry', command: `/retry ${RUN}` },
          { label: 'Log', command: `/log ${RUN}` },
          { label: 'Mute', command: '/mute cron:daily' },
        ],
      ],
    });
  });

  test('is not told otherwise', () => {
    expect(notices({ notifyOnSuccess: true, notifyOnRecovery: true }, failure)).toEqual([]);
  });

  test('by a stop of the service is told apart', () => {
    const reason = 'interrupted by a stop of the service; not repeated by itself';
    expect(text(all, { state: 'failed', endedBy: 'drain', reason })).toBe(
      `⚠️ cron:daily (command): ${reason}`,
    );
  });

  test('with a long reason full of signs is one message of text', () => {
    const [notice, ...more] = notices(all, { state: 'failed', reason: `<b>*_\n\0${'🌍'.repeat(50_000)}` });
    expect(more).toEqual([]);
    expect(notice?.content.text).toMatch(/^❌ cron:daily \(command\): <b>\*_ 🌍/u);
    expect(notice?.content.text.length).toBeLessThan(700);
  });
});

describe('a recovery', () => {
  test('is told where that is wanted, in place of the success', () => {
    const after = { afterFailure: true };
    expect(text({ notifyOnRecovery: true }, after)).toBe('💚 cron:daily works again');
    expect(notices(all, after)).toHaveLength(1);
    expect(text(all, after)).toBe('💚 cron:daily works again');
    expect(text({ notifyOnSuccess: true }, after)).toBe('✅ cron:daily (command): succeeded');
  });

  test('is none after another failure', () => {
    expect(text(all, { ...failure, afterFailure: true })).toBe('❌ cron:daily (command): exit 1');
  });
});

test.each(['cancelled', 'queued', 'scheduled'] as const)('a run that is %s is not told of', (state) => {
  expect(notices(all, { state, reason: 'x' })).toEqual([]);
});

describe('what a run says itself', () => {
  const said = (message: string): readonly OutgoingMessage[] =>
    saidMessages(ended({ message: { text: message, silent: true } }), CHAT);

  test.each(traps)('with %s is said word for word', (_what, message) => {
    expect(said(message)).toEqual([
      {
        key: `${KEY}:message:0`,
        to: CHAT,
        kind: 'notice',
        run: RUN,
        content: { text: message, silent: true },
      },
    ]);
  });

  test('keeps its fences: it is no Markdown', () => {
    expect(said('```\na\n```')[0]?.content).toEqual({ text: '```\na\n```', silent: true });
  });

  test('is divided when it is long, and nothing when it is blank', () => {
    expect(said('x'.repeat(4_097)).map(({ key }) => key)).toEqual([`${KEY}:message:0`, `${KEY}:message:1`]);
    expect(said(' \n\0')).toEqual([]);
    expect(saidMessages(ended(), CHAT)).toEqual([]);
  });
});
