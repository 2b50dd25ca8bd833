/** Decides what an included file may hold: triggers and projects, none of which another file has. */
import type { Document } from './document.ts';
import { asTable } from './parse.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import { triggerLists } from './sections.ts';
import { projectsOf } from './whole.ts';

/** The main file, and which file has a project. */
export interface Neighbours {
  readonly main: string;
  readonly owners: ReadonlyMap<string, string>;
}

/** A fault for each key that belongs elsewhere; paths begin at the root of the file. */
export function misplaced({ parsed: { root } }: Document, { main, owners }: Neighbours): readonly Problem[] {
  const triggers = asTable(root['triggers']) ?? {};
  return [
    ...Object.keys(root).flatMap((name) => {
      if (name === 'triggers' || name === 'projects') return wrongTable(root, name);
      return [fault([name], `an included file holds triggers and projects only: write this into ${main}`)];
    }),
    ...Object.keys(triggers).flatMap((name) => {
      const isList = triggerLists.some((list) => list === name);
      if (isList) return wrongList(triggers[name], name);
      return [
        fault(['triggers', name], `an included file holds crons and webhooks only: write this into ${main}`),
      ];
    }),
    ...Object.keys(projectsOf(root)).flatMap((name) => {
      const owner = owners.get(name);
      return owner === undefined
        ? []
        : [fault(['projects', name], `there is a project of this name in ${owner}`)];
    }),
  ];
}

function wrongTable(root: Document['parsed']['root'], name: string): readonly Problem[] {
  return asTable(root[name]) === undefined ? [fault([name], 'expected a table')] : [];
}

function wrongList(value: unknown, name: string): readonly Problem[] {
  const message = `expected a list of tables: write [[triggers.${name}]]`;
  return Array.isArray(value) ? [] : [fault(['triggers', name], message)];
}
