/** Holds what is known of Telegram without asking it. */
import { describe, expect, test } from 'vitest';
import { accountOf, bareRoot, isServiceAccount, TELEGRAM_ROOT } from '../../src/core/telegram-account.ts';

describe('a token', () => {
  test('names its account', () => {
    expect(accountOf('110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw_-')).toBe('110201543');
  });

  test.for(['', 'AAHd', '110201543', ':AAHd', '110201543:', 'bot1:AAHd', '1:AA Hd', '1:AAHd\n', ' 1:AAHd'])(
    '%j is none',
    (text) => {
      expect(accountOf(text)).toBeUndefined();
    },
  );
});

test('an address has no slash at its end, and keeps those in it', () => {
  expect(bareRoot(`${TELEGRAM_ROOT}//`)).toBe('https://api.telegram.org');
  expect(bareRoot('http://[::1]:8081/bots/')).toBe('http://[::1]:8081/bots');
});

test('accounts behind which anybody may be are known', () => {
  expect([777_000, 1_087_968_824, 136_817_688, 42].map(isServiceAccount)).toEqual([true, true, true, false]);
});
