/** Holds what is said of a schedule to its fires: words checked by hand, and the expression behind them by the calendar. */
import { expect, test } from 'vitest';
import { compileSchedule, createScheduleTables } from '../../src/scheduler/schedule.ts';
import { unrolled } from '../../src/scheduler/unrolled.ts';
import { scheduleWords } from '../../src/service/schedule-words.ts';

const SEED = 'cron:x';

/** Each was compared by hand with what the calendar fires. */
const table = [
  ['5/15 * * * *', 'Every 15 minutes, starting at 5 minutes past the hour'],
  ['20/15 * * * *', 'At 20, 35, and 50 minutes past the hour'],
  ['*/15 * * * *', 'Every 15 minutes'],
  ['*/7 * * * *', 'At 0, 7, 14, 21, 28, 35, 42, 49, and 56 minutes past the hour'],
  ['*/20,5 * * * *', 'At 0, 5, 20, and 40 minutes past the hour'],
  ['20/2 * * * *', 'Every 2 minutes, minutes 20 through 59 past the hour'],
  ['10-40/15 * * * *', 'Every 15 minutes, minutes 10 through 40 past the hour'],
  ['50-10/5 * * * *', 'At 0, 5, 10, 50, and 55 minutes past the hour'],
  ['5,10 9 * * *', 'At 5 and 10 minutes past the hour, between 9:00 AM and 9:59 AM'],
  ['*/15 9,17 * * *', 'Every 15 minutes, at 9:00 AM through 9:59 AM and 5:00 PM through 5:59 PM'],
  ['15 9,13-15 * * *', 'At 9:15 AM, 1:15 PM, 2:15 PM and 3:15 PM'],
  ['15 9,22-1 * * *', 'At 12:15 AM, 1:15 AM, 9:15 AM, 10:15 PM and 11:15 PM'],
  ['0 */5 * * *', 'At 12:00 AM, 5:00 AM, 10:00 AM, 3:00 PM and 8:00 PM'],
  ['0 5/6 * * *', 'On the hour, every 6 hours, starting at 5:00 AM'],
  ['0 22-2 * * *', 'Every hour, between 10:00 PM and 2:00 AM'],
  ['0 22-2/2 * * *', 'On the hour, every 2 hours, between 10:00 PM and 2:00 AM'],
  ['0 9 L-3 * *', 'At 9:00 AM, 3 days before the last day of the month'],
  ['0 9 15W * *', 'At 9:00 AM, on the weekday nearest day 15 of the month'],
  ['0 9 */2 * *', 'At 9:00 AM, every 2 days in a month'],
  ['0 9 1,*/10 * *', 'At 9:00 AM, on day 1, 11, 21, and 31 of the month'],
  ['0 9 1 */5 *', 'At 9:00 AM, on day 1 of the month, only in January, June, and November'],
  ['0 9 * */3 *', 'At 9:00 AM, only in January, April, July, and October'],
  ['0 9 * * MON#2', 'At 9:00 AM, on the second Monday of the month'],
  ['0 9 * * MON#1,WED#3', 'At 9:00 AM, on the first Monday and third Wednesday of the month'],
  ['0 9 * * 5L', 'At 9:00 AM, on the last Friday of the month'],
  ['0 9 * * FRI-MON', '9:00 AM Fri–Mon'],
  ['0 9 * * FRI-MON/2', '9:00 AM Fri,Sun'],
  ['0 9 * * */2', '9:00 AM Sun,Tue,Thu,Sat'],
  ['0 9 1 * FRI-MON', 'At 9:00 AM, on day 1 of the month or Friday through Monday'],
  ['H/15 * * * *', 'Every 15 minutes, starting at 10 minutes past the hour'],
  ['H/7 * * * *', 'Every 7 minutes, minutes 4 through 59 past the hour'],
  ['H H(9-17) * * MON-FRI', '1:55 PM Mon–Fri'],
  ['0 0 H * *', 'At 12:00 AM, on day 2 of the month'],
  ['0 30 9 * * MON', '9:30 AM Mon'],
  ['15 30 9 * * MON', 'At 9:30:15 AM, only on Monday'],
  ['0 0 9 * * 1-5 2027', 'At 9:00 AM, Monday through Friday, only in 2027'],
  ['0 0 29 2 *', 'At 12:00 AM, on day 29 of the month, only in February'],
  ['0 0 31 2 MON', 'At 12:00 AM, on day 31 of the month or on Monday, only in February'],
  ['@weekly', '12:00 AM Sun'],
] as const;

test.for(table)('%s is told as: %s', ([expression, words]) => {
  expect(scheduleWords({ expression, zone: 'Europe/Berlin', seed: SEED })).toBe(`${words} (Berlin)`);
});

test.for([
  ['@every 90m', 'every 90m'],
  ['90m', 'every 90m'],
  ['1h30m', 'every 1h30m'],
  ['@reboot', 'at each start'],
  ['2027-12-24T18:00', 'once, 2027-12-24 18:00 (Berlin)'],
  ['2027-12-24', 'once, 2027-12-24 00:00 (Berlin)'],
  ['2027-12-24 18:00+02:00', 'once, 2027-12-24 18:00 +02:00'],
] as const)('%s, which is no cron expression, is told as: %s', ([expression, words]) => {
  expect(scheduleWords({ expression, zone: 'Europe/Berlin', seed: SEED })).toBe(words);
});

test.for([
  '0 0 31 2 *',
  '0 0 30,31 FEB *',
  '0 0 30 2,4 *',
  '0 9 * * MON#1,FRI',
  '0 9 * * 5L,MON',
  '0 9 15W,20 * *',
  '50-10 9 * * *',
  '0 9 * * L',
])('%s has no true words, and is given back as written', (expression) => {
  expect(scheduleWords({ expression, zone: 'Europe/Berlin', seed: SEED })).toBe(expression);
});

/** The next fires of an expression in UTC from the beginning of 2027 on. */
function firesOf(expression: string, tables = createScheduleTables()): readonly (number | undefined)[] {
  const compiled = compileSchedule({ expression, zone: 'UTC', hashSeed: SEED }, tables);
  if (!compiled.ok) throw new Error(compiled.message);
  const fires: (number | undefined)[] = [Date.UTC(2027, 0, 1) - 1];
  while (fires.length <= 100) {
    const last = fires.at(-1);
    fires.push(last === undefined ? undefined : compiled.schedule.next(last));
  }
  return fires;
}

test('what the words are made from fires when the expression does', () => {
  const tables = createScheduleTables();
  for (const [expression] of table) {
    expect(firesOf(unrolled(expression, SEED), tables), expression).toEqual(firesOf(expression, tables));
  }
});
