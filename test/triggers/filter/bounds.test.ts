/** What a hostile payload or a careless expression may cost: counted, and the same each time. */
import { describe, expect, it } from 'vitest';
import { MAX_ITEMS } from '../../../src/triggers/filter/budget.ts';
import { expression, facts, outcome } from './facts.ts';

const TOO_MUCH = 'the filter looks at too much';
const numbers = Array.from({ length: MAX_ITEMS }, (_, index) => index);
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const hostile = facts({
  numbers,
  words: numbers.map((number) => `b${number}`),
  big: 'a'.repeat(500_000),
  endless: Array.from({ length: MAX_ITEMS + 1 }, () => 1),
  deep: nested(190),
  copies: numbers.map(() => nested(20)),
  copy: nested(20),
});
// A shared machine is slow; without bounds each of these takes minutes.
const PATIENCE_MS = 5_000;

describe('an evaluation', () => {
  it.each([
    'body.numbers.exists(a, body.numbers.exists(b, body.numbers.exists(c, a + b + c < 0)))',
    'body.numbers.all(a, body.numbers.all(b, body.numbers.all(c, a + b + c >= 0)))',
    'body.numbers.map(a, body.numbers.map(b, body.numbers.map(c, a))).size() > 0',
    'body.numbers.exists(a, body.numbers.exists(b, b.gone == 1))',
    'body.numbers.exists(a, body.numbers.exists(b, b > "x"))',
    'body.words.exists(w, body.big.contains(w))',
    'body.words.exists(w, body.big.matches("b+$"))',
    'body.numbers.exists(n, n in body.words)',
    'body.copies.all(c, body.copies.all(d, c == d))',
    'body.numbers.map(n, body.big + body.big).size() == 0',
    'body.numbers.map(n, body.numbers + body.numbers).size() == 0',
    '[body.big].map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).size() > 5',
    'body.numbers.exists(n, body.big.split("").size() == 0)',
    'body.numbers.exists(n, double(body.big) < 0.0)',
    'body.big.matches("(?:a?){900}b")',
    'body.endless.exists(n, n == 2)',
  ])(
    'ends when it has looked at too much, and does not pass: %s',
    (text) => {
      const startedAt = performance.now();
      expect(outcome(text, hostile)).toBe(TOO_MUCH);
      expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS);
    },
    2 * PATIENCE_MS,
  );

  it.each(['(EXPENSIVE) || true', '!(EXPENSIVE)', 'EXPENSIVE ? true : true'])(
    'that has looked at too much passes in no way around it: %s',
    (text) => {
      const expensive = 'body.numbers.exists(a, body.numbers.exists(b, a + b < 0))';
      expect(outcome(text.replace('EXPENSIVE', expensive), hostile)).toBe(TOO_MUCH);
    },
  );

  it('begins with a full budget each time', () => {
    const once = expression('body.numbers.exists(a, body.numbers.exists(b, a + b < 0))');
    const cheap = expression('size(body.numbers) > 0');
    for (let count = 0; count < 3; count += 1) {
      expect(once.judge(hostile)).toEqual({ passes: false, reason: TOO_MUCH });
      expect(cheap.judge(hostile)).toEqual({ passes: true });
    }
  });

  it.each([
    ['body.numbers.exists(n, n == 9999)', true],
    ['body.big.matches("(a+)+$")', true],
    ['body.big.matches("(a|a)*b")', false],
    ['body.big.matches("(x+x+)+y")', false],
    ['body.big.contains("ab")', false],
    ['body.deep == body.deep', true],
    ['body.numbers.all(n, n < 10000) && 77 in body.numbers', true],
  ])('has enough for what somebody means: %s', (text, expected) => {
    expect(outcome(text, hostile)).toBe(expected);
  });
});
