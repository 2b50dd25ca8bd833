/** Decides which triggers are in each other's way: no two of a kind share a name, no two webhooks share a path. */
import type { Draft } from './compile-triggers.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import type { TriggerList } from './sections.ts';

/** One fault for each trigger that takes what an earlier one has. */
export function collisions(list: TriggerList, drafts: readonly Draft[]): readonly Problem[] {
  const problems: Problem[] = [];
  const taken = { id: new Map<string, number>(), path: new Map<string, number>() };
  for (const [index, { raw }] of drafts.entries()) {
    for (const key of ['id', 'path'] as const) {
      const written = raw[key];
      if (typeof written !== 'string' || (list === 'crons' && key === 'path')) continue;
      const value = written.trim();
      const first = taken[key].get(value);
      if (first === undefined) taken[key].set(value, index);
      else
        problems.push(
          fault(
            ['triggers', list, index, key],
            `${JSON.stringify(value)} is taken by triggers.${list}[${first}]`,
          ),
        );
    }
  }
  return problems;
}
