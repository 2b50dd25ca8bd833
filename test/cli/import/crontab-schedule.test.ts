/** Holds the schedules of crontabs to what they mean here. */
import { expect, test } from 'vitest';
import { cronSchedule } from '../../../src/cli/import/crontab-schedule.ts';

test.each([
  ['0 2 * * *', '0 2 * * *'],
  ['-0 2 * * *', '0 2 * * *'],
  ['0 2 1,15 * MON', '0 2 1,15 * MON'],
  ['0 2 */2 * MON', '0 2 */2 * +MON'],
  ['0 2 13 * */2', '0 2 13 * +*/2'],
  ['0 2 * * */2', '0 2 * * */2'],
  ['0~30 3 * * *', 'H(0-30) 3 * * *'],
  ['~ 3 * * *', 'H 3 * * *'],
  ['@Daily', '@daily'],
  ['@every_minute', '* * * * *'],
])('%s is %s', (written, expression) => {
  expect(cronSchedule(written).expression).toBe(expression);
});

test.each([
  ['@reboot', 'at each start of the service'],
  ['0~30 3 * * *', 'H is drawn once'],
])('%s says in what it differs', (written, note) => {
  expect(cronSchedule(written).notes).toEqual([expect.stringContaining(note)]);
});
