/** Decides how a delivery fares with filters, one after the other as the service asks them, for somebody who tries them. */
import { AppError } from '../core/errors.ts';
import type { FilterFacts } from '../core/trigger.ts';
import { createExpressionReader } from '../triggers/filter/compile.ts';
import type { Expression, TestReport } from '../triggers/filter/compile.ts';
import { whyEventFiltered } from '../triggers/delivery.ts';

/** One expression and what came of its parts. */
export interface Trial {
  readonly expression: string;
  readonly passes: boolean;
  readonly tests: readonly TestReport[];
}

/** What became of it; `reason` is the first why it does not pass, null when it does. */
export interface FilterTrial {
  readonly passes: boolean;
  readonly reason: string | null;
  readonly event: string | null;
  readonly trials: readonly Trial[];
}

/** Asks the event filter, then every expression. `invalid_argument` for one that cannot be read. */
export function tryFilters({ events, expressions, facts }: FiltersAndFacts): FilterTrial {
  const read = createExpressionReader();
  const asked = expressions.map((text) => expressionOf(text, read(text))).map((one) => trialOf(one, facts));
  const reasons = [whyEventFiltered(new Set(events), facts.event), ...asked.map(({ reason }) => reason)];
  const [reason = null] = reasons.filter((one) => one !== undefined);
  return {
    passes: reason === null,
    reason,
    event: facts.event ?? null,
    trials: asked.map(({ trial }) => trial),
  };
}

interface FiltersAndFacts {
  readonly events: readonly string[];
  readonly expressions: readonly string[];
  readonly facts: FilterFacts;
}

function expressionOf(
  text: string,
  reading: ReturnType<ReturnType<typeof createExpressionReader>>,
): Expression {
  if (reading.ok) return reading.expression;
  throw new AppError('invalid_argument', `the expression ${text} cannot be read: ${reading.message}`);
}

function trialOf(
  { text, explain }: Expression,
  facts: FilterFacts,
): { readonly trial: Trial; readonly reason: string | undefined } {
  const { passage, tests } = explain(facts);
  const trial = { expression: text, passes: passage.passes, tests };
  return { trial, reason: passage.passes ? undefined : passage.reason };
}
