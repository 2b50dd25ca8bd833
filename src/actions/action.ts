/** Decides what an action owes for what it is given: an outcome, never an exception. */
import type { ActionSpec } from '../core/action.ts';
import type { Outcome } from '../core/run.ts';
import type { ActionContext } from './context.ts';
import type { RunValues } from './values.ts';

/** Does what one kind of spec says. Never rejects on purpose: a failure is an outcome. */
export interface Action<Spec extends ActionSpec = ActionSpec> {
  /** `values` are what the templates of the spec may name, fetched data included. */
  execute(spec: Spec, context: ActionContext, values: RunValues): Promise<Outcome>;
}
