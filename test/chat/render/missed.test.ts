import { describe, expect, test } from 'vitest';
import { missedMessage, settledMessage } from '../../../src/chat/render/missed.ts';
import type { MissedBatch, MissedTrigger } from '../../../src/core/missed.ts';
import { triggerId } from '../../../src/core/ids.ts';

const TWO = Date.UTC(2026, 10, 24, 1);
const HOUR = 3_600_000;
const to = { bot: 'default', chat: 7 };
const nightly: MissedTrigger = {
  trigger: triggerId('cron', 'nightly'),
  missed: 1,
  fate: 'open',
  firstDueAt: TWO,
  lastDueAt: TWO,
};
const place = { to, zone: 'Europe/Berlin', silent: false };
const batch = (...triggers: readonly MissedTrigger[]): MissedBatch => ({
  at: TWO + 6 * HOUR,
  why: 'the service was down from 22:58 to 07:00 UTC',
  triggers,
});
const linesOf = (of: MissedBatch): readonly string[] =>
  missedMessage(of, place).content.text.split('\n').slice(1);
const labelsOf = (of: MissedBatch): readonly string[] =>
  (missedMessage(of, place).content.buttons ?? []).flat().map(({ label }) => label);

describe('what was missed', () => {
  test('is told with the cause, trigger by trigger, in the zone of the chat, with the choice', () => {
    expect(missedMessage(batch(nightly), place)).toEqual({
      key: `notice:missed:${TWO + 6 * HOUR}:default/7`,
      to,
      kind: 'notice',
      content: {
        text: '💤 the service was down from 22:58 to 07:00 UTC\ncron:nightly: Tue 2026-11-24 02:00 (Berlin), not run',
        silent: false,
        buttons: [
          [
            { label: 'Run last', command: `/missed last ${TWO + 6 * HOUR}` },
            { label: 'Run all', command: `/missed all ${TWO + 6 * HOUR}` },
            { label: 'Skip', command: `/missed skip ${TWO + 6 * HOUR}` },
          ],
        ],
      },
    });
  });

  test('says what is made up, and offers what is left to choose', () => {
    const caughtUp = { ...nightly, missed: 2, fate: 'made-up' as const, lastDueAt: TWO + HOUR };
    expect(linesOf(batch(caughtUp))).toEqual([
      'cron:nightly: 2 missed, Tue 2026-11-24 02:00 (Berlin) to Tue 2026-11-24 03:00 (Berlin), the last made up now',
    ]);
    expect(labelsOf(batch(caughtUp))).toEqual(['Run all', 'Skip']);
    expect(labelsOf(batch(caughtUp, nightly))).toEqual(['Run last', 'Run all', 'Skip']);
    const whole = { ...nightly, missed: 0, fate: 'made-up' as const };
    expect(linesOf(batch(whole))).toEqual(['cron:nightly: Tue 2026-11-24 02:00 (Berlin), made up now']);
    expect(labelsOf(batch(whole))).toEqual([]);
    const byRule = { ...nightly, fate: 'left-out' as const };
    expect(linesOf(batch(byRule))).toEqual([
      'cron:nightly: Tue 2026-11-24 02:00 (Berlin), not run (policy skip)',
    ]);
    expect(labelsOf(batch(byRule))).toEqual([]);
  });

  test('is cut where nobody reads on', () => {
    const lines = linesOf(batch(...Array.from({ length: 40 }, () => nightly)));
    expect(lines).toHaveLength(26);
    expect(lines.at(-1)).toBe('and 15 more triggers');
  });

  test('says what somebody chose in place of the choice', () => {
    const settled = settledMessage(batch(nightly), place, '▶️ 1 run began');
    expect(settled.key).toBe(missedMessage(batch(nightly), place).key);
    expect(settled.content.buttons).toBeUndefined();
    expect(settled.content.text.split('\n').at(-1)).toBe('▶️ 1 run began');
  });
});
