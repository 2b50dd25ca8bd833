/** Decides what an ordinary delivery looks like to a filter in tests. */
import { createExpressionReader } from '../../../src/triggers/filter/compile.ts';
import type { Expression } from '../../../src/triggers/filter/compile.ts';
import type { FilterFacts } from '../../../src/core/trigger.ts';

/** Facts with this body, and with more of the rest where it matters. */
export function facts(body: object, rest: Partial<FilterFacts> = {}): FilterFacts {
  return { body: body as FilterFacts['body'], headers: {}, query: {}, event: undefined, ...rest };
}

/** The expression, which must be one. */
export function expression(text: string): Expression {
  const reading = createExpressionReader()(text);
  if (!reading.ok) throw new Error(`${text}: ${reading.message}`);
  return reading.expression;
}

/** True, false, or the reason that is neither. */
export function outcome(text: string, of: FilterFacts): boolean | string {
  const passage = expression(text).judge(of);
  if (passage.passes) return true;
  return passage.reason === 'the filter is false' ? false : passage.reason;
}
