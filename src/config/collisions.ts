/** Decides which triggers are in each other's way: no two of a kind share a name, no two webhooks share a path. */
import type { Draft } from './compile-triggers.ts';
import type { Document } from './document.ts';
import { dotted, fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { TriggerList } from './sections.ts';
import type { Whole } from './whole.ts';

/** Where the triggers stand, and which files are what they were: what they have, they had first. */
export interface Places {
  readonly whole: Whole;
  readonly settled: ReadonlySet<Document>;
}

/** One fault for each trigger that takes what an earlier one has. */
export function collisions(list: TriggerList, drafts: readonly Draft[], places: Places): readonly Problem[] {
  const problems: Problem[] = [];
  const taken = { id: new Map<string, number>(), path: new Map<string, number>() };
  for (const [index, { raw }] of inTurn(list, drafts, places)) {
    for (const key of ['id', 'path'] as const) {
      const written = raw[key];
      if (typeof written !== 'string' || (list === 'crons' && key === 'path')) continue;
      const value = written.trim();
      const first = taken[key].get(value);
      if (first === undefined) taken[key].set(value, index);
      else {
        const owner = nameOf(['triggers', list, first], { path: ['triggers', list, index], ...places });
        problems.push(fault(['triggers', list, index, key], `${JSON.stringify(value)} is taken by ${owner}`));
      }
    }
  }
  return problems;
}

type Turn = readonly [index: number, draft: Draft];

function inTurn(list: TriggerList, drafts: readonly Draft[], { whole, settled }: Places): Iterable<Turn> {
  if (whole.documents.length === 1) return drafts.entries();
  const isSettled = ([index]: Turn): boolean =>
    settled.has(whole.originOf(['triggers', list, index]).document);
  const turns = [...drafts.entries()];
  return [...turns.filter(isSettled), ...turns.filter((turn) => !isSettled(turn))];
}

/** A trigger as somebody in the file of `path` calls it. */
function nameOf(
  trigger: KeyPath,
  { path, whole }: { readonly path: KeyPath; readonly whole: Whole },
): string {
  const [there, here] = [whole.originOf(trigger), whole.originOf(path)];
  const name = dotted(there.path);
  return there.document === here.document ? name : `${name} of ${there.document.file}`;
}
