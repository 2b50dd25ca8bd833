/** Decides how fast a filter answers, and that a hostile pattern or payload gains nothing. */
import { Environment } from '@marcbachmann/cel-js';
import { AppError } from '../src/core/errors.ts';
import { createExpressionReader } from '../src/triggers/filter/compile.ts';
import type { Expression } from '../src/triggers/filter/compile.ts';
import { filterCases, pullRequest } from './filters/cases.ts';
import type { FilterCase } from './filters/cases.ts';
import { atLeast, atMost } from './row.ts';
import type { Row } from './row.ts';
import { median } from './spread.ts';

export const name =
  'filters: evaluations of a 1 KB delivery beside the same in JavaScript and in bare cel-js; hostile patterns and payloads';

const ROUNDS = 5;
const ROUND_MS = 120;
const factsOf = (body: unknown) => ({ body, headers: {}, query: {}, event: undefined }) as never;

export function run(): Promise<readonly Row[]> {
  return Promise.resolve([...filterCases.flatMap(caseRows), ...patternRows(), spentRow()]);
}

/** The three take turns, so that noise meets all of them. */
function caseRows({ what, expression, plain }: FilterCase): readonly Row[] {
  const filter = expressionOf(expression);
  const facts = factsOf(pullRequest);
  const bare = new Environment().registerVariable('body', 'map').parse(expression);
  const subjects = [
    () => plain(pullRequest),
    () => bare({ body: pullRequest }) === true,
    () => filter.judge(facts).passes,
  ];
  const rates = subjects.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, subject] of subjects.entries()) rates[index]?.push(rateOf(subject));
  const [inPlain = 0, inBare = 0, ours = 0] = rates.map(median);
  const unit = 'a second';
  return [
    { what: `${what}: plain JavaScript`, value: inPlain, unit },
    { what: '  bare cel-js', value: inBare, unit, baseline: 'plain JavaScript', ratio: inBare / inPlain },
    {
      what: '  a filter',
      value: ours,
      unit,
      baseline: 'bare cel-js',
      ratio: ours / inBare,
      targets: [atLeast(100_000)],
    },
  ];
}

function rateOf(subject: () => boolean): number {
  const startedAt = performance.now();
  let count = 0;
  while (performance.now() - startedAt < ROUND_MS) {
    for (let index = 0; index < 100; index += 1)
      if (!subject()) throw new AppError('internal', 'it must pass');
    count += 100;
  }
  return (count * 1_000) / (performance.now() - startedAt);
}

const HOSTILE = '(a|aa)+$';

/** JavaScript doubles its time with every second character of this; thirty are what it can be asked for. */
function patternRows(): readonly Row[] {
  const filter = expressionOf(`body.s.matches("${HOSTILE}")`);
  const timeOf = (length: number): number =>
    fastest(() => void filter.judge(factsOf({ s: `${'a'.repeat(length)}!` })));
  const backtracking = fastest(() => void new RegExp(HOSTILE).test(`${'a'.repeat(30)}!`));
  const [short, long] = [timeOf(10_000), timeOf(500_000)];
  return [
    { what: `${HOSTILE} on 30 characters: JavaScript`, value: backtracking, unit: 'ms' },
    { what: '  a filter on 10,000', value: short, unit: 'ms' },
    {
      what: '  a filter on 500,000',
      value: long,
      unit: 'ms',
      baseline: '50 × that on 10,000',
      ratio: long / (50 * short),
      targets: [atMost(2, 'ratio')],
    },
  ];
}

/** What the costliest delivery keeps the event loop for. */
function spentRow(): Row {
  const filter = expressionOf('body.all(a, body.all(b, body.all(c, a != "x" && b != "y" && c != "z")))');
  const facts = factsOf(
    Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`k${index}`, index])),
  );
  if (filter.judge(facts).passes) throw new AppError('internal', 'it must be too much');
  const value = fastest(() => void filter.judge(facts));
  return {
    what: 'lists in lists in lists, until the budget is spent',
    value,
    unit: 'ms',
    targets: [atMost(250)],
  };
}

function expressionOf(text: string): Expression {
  const reading = createExpressionReader()(text);
  if (!reading.ok) throw new AppError('internal', reading.message);
  return reading.expression;
}

/** Of some tries, ms. */
function fastest(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}
