/** Decides what the words of a filter mean: its variables, its numbers, and how it is read. */
import { Environment } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import { costOf, costOfSearch } from './budget.ts';
import { freshEvaluation, spend } from './evaluation.ts';
import type { Evaluation } from './evaluation.ts';
import { payingHook, priceOfItems, testingHook } from './hooks.ts';
import type { Hook } from './hooks.ts';
import { UNTOLD } from './written.ts';

/** A language and the one evaluation that it is in the middle of: evaluations never wait, so they never meet. */
export interface Language {
  /** Reads what an author wrote. */
  readonly strict: Environment;
  /** Reads what `rewrite` made of it. */
  readonly inner: Environment;
  readonly evaluation: Evaluation;
}

/** Well below where reading an expression would exhaust the stack. */
const limits = {
  maxAstNodes: 5_000,
  maxDepth: 50,
  maxListElements: 1_000,
  maxMapEntries: 100,
  maxCallArguments: 3,
};
// Brackets and calls around each level, see `rewrite`.
const innerLimits = { ...limits, maxAstNodes: 50_000, maxDepth: 500 };

/** A language of its own for the filters of one configuration. */
export function createLanguage(): Language {
  const evaluation = freshEvaluation();
  const strict = withNumbers(withVariables(new Environment({ homogeneousAggregateLiterals: false, limits })));
  const inner = withHooks(strict.clone({ limits: innerLimits }), evaluation);
  inner.registerFunction('matches_(string, int): bool', (text: string, number: bigint) => {
    const pattern = evaluation.patterns[Number(number)];
    spend(evaluation, costOfSearch(text.length, pattern?.programSize() ?? 0));
    return pattern?.test(text) === true;
  });
  return { strict, inner, evaluation };
}

function withVariables(environment: Environment): Environment {
  return environment
    .registerVariable('body', 'map')
    .registerVariable('headers', 'map<string, string>')
    .registerVariable('query', 'map')
    .registerVariable('event', 'string');
}

/** JSON knows one kind of number, CEL two: a number of a payload goes together with one that is written without a point. */
function withNumbers(environment: Environment): Environment {
  const operators: ReadonlyArray<readonly [string, (left: number, right: number) => number]> = [
    ['+', (left, right) => left + right],
    ['-', (left, right) => left - right],
    ['*', (left, right) => left * right],
    ['/', (left, right) => left / right],
    ['%', (left, right) => left % right],
  ];
  for (const [operator, compute] of operators) {
    const handler = (left: number | bigint, right: number | bigint): number =>
      compute(Number(left), Number(right));
    environment.registerOperator(`int ${operator} double: double`, handler);
    environment.registerOperator(`double ${operator} int: double`, handler);
  }
  return environment.registerOperator('double % double: double', (a: number, b: number) => a % b);
}

function withHooks(environment: Environment, evaluation: Evaluation): Environment {
  const hook = (signature: string, make: (...args: readonly ASTNode[]) => Hook): void => {
    environment.registerFunction(signature, ({ args }: { args: readonly ASTNode[] }) => make(...args));
  };
  const paying = (name: string, priceOf: (value: unknown) => number): void => {
    hook(`${name}(ast): dyn`, (node) => payingHook(evaluation, node, priceOf));
  };
  paying('cost_', (value) => costOf(value, 'surface'));
  paying('whole_', (value) => costOf(value, 'whole'));
  paying('each_', priceOfItems);
  hook('test_(int, ast): bool', (number, node) =>
    testingHook(evaluation, number.op === 'value' ? Number(number.args) : UNTOLD, node),
  );
  return environment;
}
