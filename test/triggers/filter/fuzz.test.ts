/** Whatever an expression and a payload are: an answer, the library's where nothing is missing, and no word of the payload. */
import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExpressionReader } from '../../../src/triggers/filter/compile.ts';
import { facts } from './facts.ts';

const TIMES = process.env['UNTETHER_TEST_LONG'] === undefined ? 300 : 50_000;
const read = createExpressionReader();

const number = fc.constantFrom(
  '0',
  '1',
  '2',
  '1.5',
  'body.n',
  'body.o.n',
  '(body.n)',
  'size(body.s)',
  'body.l[0]',
);
const text = fc.constantFrom('"a"', "'b'", 'body.s', 'body.o.s', '(body.s + "b")', 'string(body.t)', 'event');
const { truth } = fc.letrec<{ truth: string }>((tie) => ({
  truth: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('true', 'false', 'body.t', '(body.f)', 'has(body.o.n)', 'has(body.gone)'),
    fc
      .tuple(number, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), number)
      .map((parts) => parts.join(' ')),
    fc.tuple(text, fc.constantFrom('==', '!=', '<', '>='), text).map((parts) => parts.join(' ')),
    fc
      .tuple(text, fc.constantFrom('contains', 'startsWith'), text)
      .map(([a, name, b]) => `${a}.${name}(${b})`),
    fc
      .tuple(number, fc.constantFrom('+', '-', '*'), number, number)
      .map(([a, op, b, c]) => `${a} ${op} ${b} > ${c}`),
    fc.tuple(tie('truth'), fc.constantFrom('&&', '||'), tie('truth')).map((parts) => parts.join(' ')),
    fc
      .tuple(tie('truth'), fc.constantFrom('==', '!='), tie('truth'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie('truth').map((inner) => `!(${inner})`),
    tie('truth').map((inner) => `(${inner})`),
    fc.tuple(tie('truth'), tie('truth'), tie('truth')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc
      .tuple(fc.constantFrom('exists', 'all', 'exists_one'), tie('truth'))
      .map(([name, inner]) => `body.l.${name}(x, x > 1 && ${inner})`),
  ),
}));

const complete = { n: 2, s: 'a', t: true, f: false, o: { n: 1, s: 'ab' }, l: [1, 2, 3] };
const plain = new Environment({ homogeneousAggregateLiterals: false })
  .registerVariable('body', 'map')
  .registerVariable('event', 'string')
  .registerOperator('int + double: double', (a: bigint, b: number) => Number(a) + b)
  .registerOperator('int - double: double', (a: bigint, b: number) => Number(a) - b)
  .registerOperator('int * double: double', (a: bigint, b: number) => Number(a) * b)
  .registerOperator('double + int: double', (a: number, b: bigint) => a + Number(b))
  .registerOperator('double - int: double', (a: number, b: bigint) => a - Number(b))
  .registerOperator('double * int: double', (a: number, b: bigint) => a * Number(b));

function byLibrary(expression: string): unknown {
  try {
    return plain.evaluate(expression, { body: complete, event: 'push' }) as unknown;
  } catch {
    return 'refused';
  }
}

function byUs(expression: string): unknown {
  const reading = read(expression);
  if (!reading.ok) return 'refused';
  const passage = reading.expression.judge(facts(complete, { event: 'push' }));
  if (passage.passes) return true;
  return passage.reason === 'the filter is false' ? false : 'refused';
}

describe('an expression', () => {
  it('comes to what the library says where no field is missing', () => {
    fc.assert(
      fc.property(truth, (expression) => {
        expect(byUs(expression), expression).toBe(byLibrary(expression));
      }),
      { numRuns: TIMES },
    );
  });

  it('made of anything is read or refused in a sentence, and then answers', () => {
    const scrap = fc.oneof(
      truth,
      fc.constantFrom(
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        '.',
        ',',
        '"',
        "'",
        '`',
        '\\',
        '?',
        ':',
        '-',
        '!',
        '\0',
        '\n',
        'r"',
        '1e999',
        '0x',
        '9999999999999999999',
        'u',
        'body',
        '__proto__',
        'x.map(x, x)',
        '.exists(',
        '.matches("(a*)*b")',
      ),
      fc.string({ maxLength: 8 }),
    );
    const messy = fc.array(scrap, { maxLength: 6 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(messy, fc.object({ maxDepth: 3 }), (expression, body) => {
        const reading = read(expression);
        if (reading.ok) expect(reading.expression.judge(facts(body)).passes).toEqual(expect.any(Boolean));
        else expect(reading.message).toMatch(/\S/);
      }),
      { numRuns: TIMES },
    );
  });

  it('never lets a word of the payload into its reason', () => {
    const secret = 'hunter2';
    const value = fc.constantFrom<unknown>(secret, [secret], { [secret]: secret }, 7, null, true);
    const body = fc.record({ n: value, s: value, t: value, f: value, o: value, l: value });
    fc.assert(
      fc.property(truth, body, (expression, members) => {
        const reading = read(expression);
        if (!reading.ok) return;
        const passage = reading.expression.judge(facts(members, { event: secret }));
        expect(JSON.stringify(passage)).not.toContain(secret);
      }),
      { numRuns: TIMES },
    );
  });
});
