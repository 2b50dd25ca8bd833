/** Decides what is kept while an expression runs: what is left to spend, what went wrong, and how its tests came out. */
import type { RE2JS } from 're2js';
import { AppError } from '../../core/errors.ts';
import { BUDGET } from './budget.ts';

/** How one comparison or test of an expression came out; `missing` counts as false. */
export interface TestNote {
  readonly test: number;
  readonly outcome: 'true' | 'false' | 'missing' | 'failed';
  /** Of the last two: what the library says of it, which may quote what was delivered. */
  readonly detail: string | null;
}

/** One evaluation under way. */
export interface Evaluation {
  patterns: readonly RE2JS[];
  left: number;
  /** Set once the budget is spent, and thrown by everything after that. */
  spent: AppError | undefined;
  /** The error that was thrown last, and the test that it was thrown in. */
  failure: { readonly error: unknown; readonly test: number } | undefined;
  /** Undefined: nobody asks how the tests came out. */
  notes: TestNote[] | undefined;
}

/** An evaluation that has not begun. */
export function freshEvaluation(): Evaluation {
  return { patterns: [], left: BUDGET, spent: undefined, failure: undefined, notes: undefined };
}

/** Takes units from the budget; throws, again and again, once there are none. */
export function spend(evaluation: Evaluation, units: number): void {
  evaluation.left -= units;
  if (evaluation.left >= 0) return;
  evaluation.spent ??= new AppError('unavailable', 'the filter looks at too much');
  throw evaluation.spent;
}

/** The library's word for an error: it names kinds of values and never one of them. */
export function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code;
}

/** What the library says of an error in one line; it may quote a value. */
export function summaryOf(error: unknown): string {
  const { summary, message } = error as { readonly summary?: unknown; readonly message?: unknown };
  return String(summary ?? message);
}
