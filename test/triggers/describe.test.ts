import { describe, expect, test } from 'vitest';
import { compileSchedule, createScheduleTables } from '../../src/scheduler/schedule.ts';
import { describeCron } from '../../src/triggers/describe.ts';

describe('times of day', () => {
  test.each([
    ['0 9 * * *', '9:00 AM daily'],
    ['0 0 * * *', '12:00 AM daily'],
    ['0 12 * * *', '12:00 PM daily'],
    ['5 23 * * ?', '11:05 PM daily'],
    ['0 9 * * 1-5', '9:00 AM Mon–Fri'],
    ['0 9 * * MON-FRI', '9:00 AM Mon–Fri'],
    ['0 9 * * 0,6', '9:00 AM Sun,Sat'],
    ['5 9 * * 1', '9:05 AM Mon'],
    ['0 9 * * 7', '9:00 AM Sun'],
    ['0 9 * * 5-1', '9:00 AM Fri–Mon'],
    ['0 9 * * 1,3-5', '9:00 AM Mon,Wed–Fri'],
    ['@daily', '12:00 AM daily'],
    ['@weekly', '12:00 AM Sun'],
  ])('%s is %s', (expression, words) => {
    expect(describeCron(expression)).toBe(words);
  });

  test('the zone stands behind, its last part and with spaces', () => {
    expect(describeCron('0 9 * * *', 'America/New_York')).toBe('9:00 AM daily (New York)');
    expect(describeCron('0 9 * * *', 'America/Argentina/Buenos_Aires')).toBe('9:00 AM daily (Buenos Aires)');
    expect(describeCron('0 9 * * *', 'UTC')).toBe('9:00 AM daily (UTC)');
  });
});

describe('sentences', () => {
  test.each([
    ['*/15 * * * *', 'Every 15 minutes'],
    ['@hourly', 'Every hour'],
    ['@monthly', 'At 12:00 AM, on day 1 of the month'],
    ['0 22-2 * * *', 'Every hour, between 10:00 PM and 2:00 AM'],
    ['5/15 * * * *', 'Every 15 minutes, starting at 5 minutes past the hour'],
    ['0 9 L-3 * *', 'At 9:00 AM, 3 days before the last day of the month'],
    ['0 9 * * MON#2', 'At 9:00 AM, on the second Monday of the month'],
    ['@every 90m', 'every 90m'],
    ['@reboot', 'at each start'],
  ])('%s is %s', (expression, words) => {
    expect(describeCron(expression)).toBe(words);
  });

  test('say whether day and weekday must both match', () => {
    expect(describeCron('15 9 13 * 1')).toBe('At 9:15 AM, on day 13 of the month or on Monday');
    expect(describeCron('15 9 13 * +1')).toBe('At 9:15 AM, on day 13 of the month if that is Monday');
    expect(describeCron('15 9 13 6 5L')).toBe(
      'At 9:15 AM, on day 13 of the month or on the last Friday of the month, only in June',
    );
    expect(describeCron('0 30 9 13 * 5 2027')).toBe(
      'At 9:30 AM, on day 13 of the month or on Friday, only in 2027',
    );
    expect(describeCron('0 9 * * +1')).toBe('At 9:00 AM, only on Monday');
  });
});

describe('what has no true words is given back as written, without a zone', () => {
  test.each([
    'H * * * *',
    '60 * * * *',
    '99 9 * * *',
    '0 24 * * *',
    '0 9 * * 8',
    '0 9 32 * *',
    '*/0 * * * *',
    '15, 30 * * * *',
    '50-10 9 * * *',
    '0 9 * * MON-FRI#2',
    '0 9 L,15 * *',
    '0 9 * *',
    'not a cron',
    '',
  ])('"%s"', (expression) => {
    expect(describeCron(expression, 'Europe/Berlin')).toBe(expression);
  });
});

describe('the words against the calendar', () => {
  test('the days a short form names are the days that match', () => {
    const tables = createScheduleTables();
    const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
    for (const first of [0, 1, 2, 3, 4, 5, 6, 7]) {
      for (const last of [0, 1, 2, 3, 4, 5, 6, 7]) {
        const expression = `0 9 * * ${first}-${last}`;
        const compiled = compileSchedule({ expression, zone: 'UTC' }, tables);
        if (!compiled.ok) throw new Error(compiled.message);
        const matching: string[] = [];
        const from = Date.UTC(2026, 10, 21 + (first === 7 ? 0 : first) + 1) - 1;
        let at = compiled.schedule.next(from);
        for (; at !== undefined && at < from + 7 * 86_400_000; at = compiled.schedule.next(at)) {
          matching.push(names[new Date(at).getUTCDay()] ?? '');
        }
        const [begin = '', end = begin] = describeCron(expression)
          .replace(/^.* AM /, '')
          .split('–');
        if (first === 0 && last === 7) expect(matching).toEqual(names);
        else expect([matching[0], matching.at(-1)], expression).toEqual([begin, end]);
      }
    }
    expect(describeCron('0 9 * * 0-7')).toBe('9:00 AM daily');
  });
});
