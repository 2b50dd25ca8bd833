import { describe, expect, test } from 'vitest';
import { compileSchedule } from '../../src/scheduler/schedule.ts';

function refusal(expression: string): { readonly field: string; readonly message: string } | 'accepted' {
  const compiled = compileSchedule({ expression, zone: 'UTC' });
  return compiled.ok ? 'accepted' : { field: compiled.field, message: compiled.message };
}

describe('a wrong expression is refused with the field and the remedy', () => {
  test.each([
    ['60 * * * *', 'minute', 'minute: 60 is out of range 0–59'],
    ['* 24 * * *', 'hour', 'hour: 24 is out of range 0–23 (midnight is 0'],
    ['0 0 32 * *', 'day', 'day: 32 is out of range 1–31'],
    ['0 0 0 * *', 'day', 'day: 0 is out of range 1–31'],
    ['0 0 * 13 *', 'month', 'month: 13 is out of range 1–12'],
    ['0 0 * * 8', 'weekday', 'weekday: 8 is out of range 0–7'],
    ['61 * * * * *', 'second', 'second: 61 is out of range 0–59'],
    ['0 0 0 * * * 26', 'year', 'year: 26 is out of range 1970–9999 (write all four digits)'],
    ['0 0 0 * * * 2030-2026', 'year', 'write 2026-2030'],
    ['*/0 * * * *', 'minute', 'a step of 0 never advances'],
    ['5/0 * * * *', 'minute', 'a step of 0 never advances'],
    ['*/-1 * * * *', 'minute', 'the step "-1" is not a whole number'],
    ['*/90 * * * *', 'minute', '@every 90m'],
    ['0 */36 * * *', 'hour', '@every 36h'],
    ['/5 * * * *', 'minute', 'write "*/5"'],
    ['15, 30 * * * *', 'minute', 'write "15,30 * * * *"'],
    ['15 ,30 * * * *', 'minute', 'write "15,30 * * * *"'],
    ['0 9 1, 15 * *', 'day', 'write "0 9 1,15 * *"'],
    ['0 0 9 * * 1, 3', 'weekday', 'write "0 0 9 * * 1,3"'],
    ['15,,30 * * * *', 'minute', 'an empty item between two commas; remove the comma'],
    ['0 9 * * *,', 'weekday', 'an empty item after the comma'],
    ['0 0 * * ,MON', 'weekday', 'an empty item before the comma'],
    ['0 0 0 * * ,MON', 'weekday', 'an empty item before the comma'],
    [', * * * *', 'minute', 'an empty item before the comma'],
    ['15, 70 * * * *', 'second', 'an empty item after the comma; remove the comma, or the space'],
    ['15, 30 * *', 'expression', 'it has 4 fields'],
    ['0 9 * * mon–fri', 'weekday', '"mon–fri" has a dash that is no hyphen; write mon-fri'],
    ['0 9−17 * * *', 'hour', 'write 9-17'],
    ['0 9 * * monday—friday', 'weekday', 'has a dash that is no hyphen; write "-"'],
    ['CRON_TZ=UTC 0 9 * * *', 'expression', 'write timezone = "UTC" and leave "0 9 * * *" here'],
    ['TZ=Europe/Berlin @daily', 'expression', 'write timezone = "Europe/Berlin" and leave "@daily" here'],
    ['TZ=', 'expression', 'the time zone is a key of its own: write timezone = "Europe/Berlin"'],
    ['0 9 * * 1-5 2026', 'weekday', 'a year is the seventh field: write "0 0 9 * * 1-5 2026"'],
    ['0 9 * * 1-5 2026/2', 'weekday', 'write "0 0 9 * * 1-5 2026/2"'],
    ['0 99 * * 1-5 2026', 'weekday', 'the seventh field, behind second minute hour day month weekday'],
    [
      '0 9 3L * *',
      'day',
      'write L-3 for 3 days before the last, or 3L in the weekday field for the last WED',
    ],
    ['0 9 L3 * *', 'day', 'write L-3 for 3 days before the last'],
    ['0 9 20L * *', 'day', 'write L-20 for 20 days before the last'],
    ['0 9 L99 * *', 'day', 'write L-3 for 3 days before the last'],
    ['0 9 WL * *', 'day', 'write LW'],
    ['0 9 W3 * *', 'day', 'write 3W'],
    ['0 9 W40 * *', 'day', 'write a day such as 15W'],
    ['0 9 L/2 * *', 'day', 'L is one day and takes no step'],
    ['0 9 * *', 'expression', 'it has 4 fields, five are needed: minute hour day month weekday'],
    ['not a cron', 'expression', 'it has 3 fields'],
    ['', 'expression', 'it is empty'],
    ['0 0 0 * * * * *', 'expression', 'it has 8 fields; at most seven'],
    ['@fortnightly', 'expression', 'known are @yearly'],
    ['@every', 'expression', 'is not a length of time'],
    ['@every 5', 'expression', 'is not a length of time'],
    ['@every 2 months', 'expression', 'is not a length of time'],
    ['@every 1000000d', 'expression', 'every "1000000d" is too long; 36600d is the longest'],
    ['@every 10ms', 'expression', '1s is the shortest'],
    ['0 9 * * MONDAY', 'weekday', 'write MON'],
    ['0 9 * JANUARY *', 'month', 'write JAN'],
    ['0 9 * * XYZ', 'weekday', 'is not a number 0–7 or a name SUN–SAT'],
    ['0 9 * * L', 'weekday', 'as in 5L or FRIL'],
    ['0 9 * * MON#6', 'weekday', 'MON#1–MON#5'],
    ['0 9 * * 15W', 'weekday', 'W belongs to the day of the month'],
    ['0 9 MON#2 * *', 'day', '# belongs to the weekday'],
    ['0 9 32W * *', 'day', 'W needs one day of the month'],
    ['0 9 L-31 * *', 'day', 'before the first day of every month'],
    ['0 9 * * +', 'weekday', '"+" lacks the weekdays behind it, as in +MON'],
    ['1-2-3 * * * *', 'minute', 'is no number, range or step'],
    ['*-5 * * * *', 'minute', '"*" cannot begin a range'],
    ['5- * * * *', 'minute', '"5-" is a range without its end; write 5-59'],
    ['-5 * * * *', 'minute', '"-5" is a range without its start; write 0-5'],
    ['-90/5 * * * *', 'minute', '"-90/5" is a range without its start'],
    ['0 9 * * -FRI/2', 'weekday', 'write SUN-FRI/2'],
    ['- * * * *', 'minute', '"-" is a range without its start and its end'],
    ['/0 * * * *', 'minute', 'a step of 0 never advances'],
    ['1.5 * * * *', 'minute', 'is not a number 0–59'],
    ['H(9-25) * * * *', 'accepted', ''],
    ['0 H(9-25) * * *', 'hour', '25 is out of range 0–23'],
    [
      '0 H(22-2) * * *',
      'hour',
      'H(22-2) wraps, and a hashed range may not; write another range, or two crons',
    ],
    ['H/0 * * * *', 'minute', 'a step of 0 never advances'],
    ['H/90 * * * *', 'minute', 'a step of 90 is longer than 0–59'],
    ['H/x * * * *', 'minute', 'is not one of H, H/15'],
    ['0 0 0 * * * H', 'year', 'H cannot stand for a year'],
  ])('%s', (expression, field, message) => {
    const found = refusal(expression);
    if (field === 'accepted') return expect(found).toBe('accepted');
    expect(found).toMatchObject({
      field,
      message: expect.stringContaining(message) as unknown,
    });
    return expect(found).toMatchObject({ message: expect.stringMatching(`^${field}: `) as unknown });
  });
});

test.each(['-90 * * * *', '99- * * * *', '0 99 * * 1-5 2026', '0 9 * * monday–friday', '/x * * * *'])(
  'nothing that is wrong itself is suggested for %s',
  (expression) => {
    expect(refusal(expression)).not.toMatchObject({
      message: expect.stringMatching(/write "?[^-"]/) as unknown,
    });
  },
);

describe('what people write elsewhere is read', () => {
  test.each([
    '0 9 * * *',
    '*/10 * * * * *',
    '0 0 12 1 1 ? 2027',
    '0 9 * * MON-FRI',
    '0 9 * jan,Mar mon',
    '5/15 * * * *',
    '0 22-2 * * *',
    '0 9 ? * FRI-MON',
    '0 9 L * *',
    '0 9 L-3 * *',
    '0 9 LW * *',
    '0 9 15W * *',
    '0 9 1W,15W,L * *',
    '0 9 * * MON#2',
    '0 9 * * 5L',
    '0 9 1 * +MON',
    '@yearly',
    '@annually',
    '@monthly',
    '@weekly',
    '@Daily',
    '@midnight',
    '@hourly',
    '@reboot',
    '@every 90m',
    '@every 1h30m',
    'H * * * *',
    'H/15 * * * *',
    'H H(9-17) * * 1-5',
    'H(0-29)/10 * * * *',
    '0 9 * * H(MON-FRI)',
    '0 0 31 2 *',
    '\t0 9  * * * ',
  ])('%s', (expression) => {
    expect(refusal(expression)).toBe('accepted');
  });
});
