/** Decides what the words do that `rewrite` puts around parts of an expression: they count, and make a missing field false. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { AppError } from '../../core/errors.ts';
import { MAX_ITEMS, PER_ERROR, costOf } from './budget.ts';
import { codeOf, spend, summaryOf } from './evaluation.ts';
import type { Evaluation, TestNote } from './evaluation.ts';
import { UNTOLD } from './written.ts';

/** What a hook of the library works with, as far as it is used here. */
interface Checker {
  check(node: ASTNode, scope: unknown): unknown;
  getType(name: string): unknown;
}
interface Evaluator {
  run(node: ASTNode, scope: unknown): unknown;
}

/** A hook as the library takes it: it decides itself whether and how its argument is evaluated. */
export interface Hook {
  readonly async: false;
  readonly typeCheck: (checker: Checker, self: unknown, scope: unknown) => unknown;
  readonly evaluate: (evaluator: Evaluator, self: unknown, scope: unknown) => unknown;
}

/** `cost_`, `whole_` and `each_`: the value as it is, once it was paid for. */
export function payingHook(evaluation: Evaluation, node: ASTNode, priceOf: (value: unknown) => number): Hook {
  return {
    async: false,
    typeCheck: (checker, _self, scope) => checker.check(node, scope),
    evaluate(evaluator, _self, scope) {
      const value = evaluator.run(node, scope);
      spend(evaluation, priceOf(value));
      return value;
    },
  };
}

/** The price of going through a value: more elements than a filter goes through cost more than there is. */
export function priceOfItems(value: unknown): number {
  const size = Array.isArray(value) ? value.length : Object.keys(value ?? {}).length;
  return size > MAX_ITEMS ? Infinity : costOf(value, 'surface');
}

const missingCodes: ReadonlySet<unknown> = new Set([
  'no_such_key',
  'index_out_of_bounds',
  'unknown_variable',
]);

/** `test_`: true or false, and false where a field is missing; what else goes wrong goes on. */
export function testingHook(evaluation: Evaluation, test: number, node: ASTNode): Hook {
  return {
    async: false,
    typeCheck(checker, _self, scope) {
      checker.check(node, scope);
      return checker.getType('bool');
    },
    evaluate(evaluator, _self, scope) {
      spend(evaluation, 1);
      try {
        const value = truthOf(evaluator.run(node, scope));
        tell(evaluation, { test, outcome: value ? 'true' : 'false', detail: null });
        return value;
      } catch (error) {
        return falseIfMissing(evaluation, test, error);
      }
    },
  };
}

function truthOf(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new AppError('invalid_argument', 'it is neither true nor false');
}

function falseIfMissing(evaluation: Evaluation, test: number, error: unknown): false {
  if (error === evaluation.spent) throw error;
  spend(evaluation, PER_ERROR);
  const isMissing = missingCodes.has(codeOf(error));
  tell(evaluation, { test, outcome: isMissing ? 'missing' : 'failed', detail: summaryOf(error) });
  if (isMissing) return false;
  if (test !== UNTOLD) evaluation.failure = { error, test };
  throw error;
}

function tell({ notes }: Evaluation, note: TestNote): void {
  if (note.test !== UNTOLD) notes?.push(note);
}
