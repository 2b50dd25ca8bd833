/** Holds what the default chat is told unasked to what was asked for, and to what can be said there. */
import { describe, expect, test } from 'vitest';
import type { ChatSettings } from '../../../src/core/chat-settings.ts';
import type { AppEvent, ReloadReport } from '../../../src/core/event.ts';
import { newRunId, triggerId } from '../../../src/core/ids.ts';
import { Secret } from '../../../src/core/secret.ts';
import { noticesOf } from '../../../src/service/chat/notices.ts';
import { conditionTable } from '../../../src/telemetry/conditions.ts';
import { sampleChat, sampleReport } from '../../support/samples.ts';

const nightly = triggerId('cron', 'nightly');
const bot = {
  ...{ name: 'default', token: new Secret('4:x'), account: '4' },
  ...{ apiRoot: 'http://127.0.0.1:1', accountChange: false },
};
const settings = sampleChat({ bots: new Map([['default', bot]]), defaultChat: 1 });

function said(event: AppEvent, change: Partial<ChatSettings> = {}): ReturnType<typeof noticesOf> {
  const nextOf = (): number => Date.UTC(2026, 0, 2, 3);
  return noticesOf(event, { settings: { ...settings, ...change }, nextOf, zone: 'UTC' });
}

function reload(change: Partial<ReloadReport> = {}): AppEvent {
  return { kind: 'reload', report: sampleReport({ at: 7, revision: 2, added: [nightly], ...change }) };
}

function condition(code: string, active = true): AppEvent {
  return { kind: 'condition', code, active, text: 'the store refuses writes: EIO', at: 9 };
}

describe('a reload', () => {
  test('has a button for each bot that waits for somebody', () => {
    const waits = { key: 'bot alerts', text: 'waits for /reload bot alerts', bot: 'alerts' };
    const [message] = said(reload({ outcomes: [waits, { key: 'bot other', text: 'is disconnected' }] }));
    expect(message?.content.buttons).toEqual([[{ label: 'Reload alerts', command: '/reload bot alerts' }]]);
    expect(said(reload())[0]?.content).not.toHaveProperty('buttons');
  });

  test('is told in the default chat, in silence, with when the triggers that changed fire next', () => {
    const [message, ...more] = said(reload());
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      key: 'notice:reload:7:0',
      to: { bot: 'default', chat: 1 },
      kind: 'notice',
      content: { silent: true, text: expect.stringMatching(/cron:nightly fires .*03:00/s) as string },
    });
  });

  test.for([
    ['all', true, 'watch', 1],
    ['all', false, 'watch', 1],
    ['failures', true, 'watch', 0],
    ['failures', false, 'watch', 1],
    ['off', false, 'watch', 0],
    ['all', false, 'chat', 0],
  ] as const)('with notices %s, ok %s and by %s makes %i messages', ([reloadNotices, ok, source, count]) => {
    expect(said(reload({ ok, source }), { reloadNotices })).toHaveLength(count);
  });

  test('is told after a failure that was, also where only failures are', () => {
    const [message, ...more] = said(reload({ recovers: true }), { reloadNotices: 'failures' });
    expect(more).toEqual([]);
    expect(message?.content.text).toContain('💚 the configuration loads again');
  });

  test('is one message, however much it changed', () => {
    const modified = Array.from({ length: 2_000 }, (_, n) => triggerId('cron', `job-${n}`));
    const [message, ...more] = said(reload({ modified }));
    expect(more).toEqual([]);
    expect(message?.content.text).toMatch(/^changed: .*cron:job-19 and 1980 more$/m);
    expect(message?.content.text).toMatch(/^… and 1981 more$/m);
  });
});

describe('a condition', () => {
  test.for([
    [true, '⚠️ the store refuses writes: EIO'],
    [false, '💚 over: the store refuses writes: EIO'],
  ] as const)('that is raised: %s', ([active, text]) => {
    expect(said(condition('store_unavailable', active))).toEqual([
      {
        key: 'notice:condition:store_unavailable:9:0',
        to: { bot: 'default', chat: 1 },
        kind: 'notice',
        content: { text, silent: true },
      },
    ]);
  });

  test('is told unless its row says that it is not', () => {
    for (const [code, { toldInChat }] of Object.entries(conditionTable))
      expect(said(condition(code)), code).toHaveLength(toldInChat ? 1 : 0);
  });

  test('of the way to the chat itself is not told there, nor one that a report or a notice tells of', () => {
    const untold = Object.entries(conditionTable).filter(([, { toldInChat }]) => !toldInChat);
    expect(untold.map(([code]) => code).filter((code) => !code.startsWith('bot_'))).toEqual([
      'config_invalid',
      'include_invalid',
      'rolled_back',
      'catch_up_stopped',
      'delivery_overdue',
    ]);
  });
});

describe('other tz data', () => {
  const moves = (change: Partial<Extract<AppEvent, { readonly kind: 'tz-data' }>> = {}): AppEvent => ({
    ...{ kind: 'tz-data', before: '2026a', version: '2026b', at: 5, more: 0 },
    moved: [
      {
        trigger: nightly,
        zone: 'Europe/Berlin',
        was: Date.UTC(2027, 2, 28, 1),
        now: Date.UTC(2027, 2, 28, 2),
      },
    ],
    ...change,
  });

  test('are told with both moments of each fire that they moved, in one message', () => {
    expect(said(moves({ more: 2 }))).toEqual([
      {
        key: 'notice:tz-data:2026b:5:0',
        to: { bot: 'default', chat: 1 },
        kind: 'notice',
        content: {
          text: '🕒 time zone data is 2026b now, it was 2026a:\ncron:nightly fires Sun 2027-03-28 04:00 (Berlin) instead of Sun 2027-03-28 03:00 (Berlin)\nand 2 more',
          silent: true,
        },
      },
    ]);
  });

  test('that moved nothing are not told', () => {
    expect(said(moves({ moved: [] }))).toEqual([]);
  });

  test('may leave a fire no moment, or give one where there was none', () => {
    const moved = [
      { trigger: nightly, zone: 'UTC', was: 0, now: undefined },
      { trigger: nightly, zone: 'UTC', was: undefined, now: 0 },
    ];
    const [message] = said(moves({ moved }));
    expect(message?.content.text.split('\n').slice(1)).toEqual([
      'cron:nightly fires never instead of Thu 1970-01-01 00:00 (UTC)',
      'cron:nightly fires Thu 1970-01-01 00:00 (UTC) instead of never',
    ]);
  });
});

test('nothing is told without a bot, without a default chat, or of anything else', () => {
  expect(said(reload(), { bots: new Map() })).toEqual([]);
  expect(said(reload(), { defaultChat: undefined })).toEqual([]);
  const run = newRunId();
  expect(said({ kind: 'run', run, trigger: nightly, state: 'failed', reason: 'x', at: 1 })).toEqual([]);
});
