/** Holds how a chat is told of a webhook at which nothing arrives, and of the delivery that ends that. */
import { expect, test } from 'vitest';
import { arrivalNotice, silenceNotice } from '../../../src/chat/render/silence.ts';
import { triggerId } from '../../../src/core/ids.ts';

const HOUR = 3_600_000;
const trigger = triggerId('webhook', 'backup-report');
const to = { bot: 'default', chat: -7, thread: 3 };
const from = Date.UTC(2026, 10, 24, 1);

test('a silence is told aloud, with its begin on the clock of the chat and what was expected', () => {
  const expected = { everyMs: 24 * HOUR, graceMs: HOUR / 2 };
  expect(silenceNotice({ trigger, from, to }, expected, 'Europe/Berlin')).toEqual({
    key: `notice:silence:webhook:backup-report:${from}`,
    to,
    kind: 'notice',
    content: {
      text: '⏰ webhook:backup-report: nothing has arrived since Tue 2026-11-24 02:00 (Berlin); expected every 1d (grace 30m)',
      silent: false,
    },
  });
});

test('a grace that there is not is not spoken of', () => {
  const { content } = silenceNotice({ trigger, from, to }, { everyMs: 90_000, graceMs: 0 }, 'UTC');
  expect(content.text).toMatch(/\(UTC\); expected every 1m 30s$/);
});

test.for([
  [0, '1s'],
  [1_400, '1s'],
  [62_000, '1m 2s'],
  [3 * HOUR + 12_000, '3h'],
  [27 * HOUR + 10 * 60_000, '1d 3h'],
] as const)('its end is told in silence: %i ms are %s late', ([lateMs, late]) => {
  expect(arrivalNotice({ trigger, from, to }, lateMs)).toEqual({
    key: `notice:arrival:webhook:backup-report:${from}`,
    to,
    kind: 'notice',
    content: { text: `💚 webhook:backup-report: a delivery arrived again, ${late} late`, silent: true },
  });
});
