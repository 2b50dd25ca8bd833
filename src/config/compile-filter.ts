/** Decides what the `filter` of a webhook comes to, and what no filter can be. */
import type { Filter } from '../core/trigger.ts';
import type { Expression, ReadExpression } from '../triggers/filter/compile.ts';
import type { RawTable } from './parse.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import type { WebhookConfig } from './schema/webhook.ts';

/** A compiled filter; `value` is absent where there is none, and of use only where there is no problem. */
export interface CompiledFilter {
  readonly value?: Filter;
  readonly problems: readonly Problem[];
}

/** The reader of expressions where a webhook has one: the language is loaded for nobody else. */
export async function readerFor(
  drafts: ReadonlyArray<{ readonly raw: RawTable }>,
): Promise<ReadExpression | undefined> {
  if (!drafts.some(({ raw }) => raw['filter'] !== undefined)) return undefined;
  const { createExpressionReader } = await import('../triggers/filter/compile.ts');
  return createExpressionReader();
}

/** Compiles the key; paths of problems begin with `filter`. */
export function compileFilter(
  written: WebhookConfig['filter'],
  read: ReadExpression | undefined,
): CompiledFilter {
  if (written === undefined || read === undefined) return { problems: [] };
  const texts = typeof written === 'string' ? [written] : written;
  const expressions: Expression[] = [];
  const problems: Problem[] = [];
  for (const [index, text] of texts.entries()) {
    const reading = read(text);
    const path = typeof written === 'string' ? ['filter'] : ['filter', index];
    if (reading.ok) expressions.push(reading.expression);
    else problems.push(fault(path, `the expression cannot be read: ${reading.message}`));
  }
  return { value: filterOf(expressions), problems };
}

/** All of them must pass; the first that does not says why. */
export function filterOf(expressions: readonly Expression[]): Filter {
  return {
    expressions: expressions.map(({ text }) => text),
    whyNot(facts) {
      for (const { judge } of expressions) {
        const passage = judge(facts);
        if (!passage.passes) return passage.reason;
      }
      return undefined;
    },
  };
}
