import { expect, test } from 'vitest';
import { DAY_MS, civilOf, dayNumberOf, monthLength, weekdayOf } from '../../src/scheduler/civil.ts';

test('dates, weekdays and lengths of months are those of the runtime, over two cycles of 400 years', () => {
  for (let dayNumber = -146_097; dayNumber < 146_097; dayNumber += 13) {
    const date = new Date(dayNumber * DAY_MS);
    const civil = civilOf(dayNumber);
    expect([civil.year, civil.month, civil.day]).toEqual([
      date.getUTCFullYear(),
      date.getUTCMonth() + 1,
      date.getUTCDate(),
    ]);
    expect(dayNumberOf(civil.year, civil.month, civil.day)).toBe(dayNumber);
    expect(weekdayOf(dayNumber)).toBe(date.getUTCDay());
    expect(monthLength(civil.year, civil.month)).toBe(
      new Date(Date.UTC(civil.year, civil.month, 0)).getUTCDate(),
    );
  }
});
