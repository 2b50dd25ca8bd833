/** Decides how the files of a configuration become one: what each adds to it, and in which of them a key stands. */
import type { Document } from './document.ts';
import { asTable } from './parse.ts';
import type { RawTable } from './parse.ts';
import type { KeyPath } from './problem.ts';
import { triggerLists } from './sections.ts';
import type { TriggerList } from './sections.ts';

/** A key in the file that it stands in. */
export interface Origin {
  readonly document: Document;
  /** From the root of that file. */
  readonly path: KeyPath;
}

/** All files of a configuration as one table of values. */
export interface Whole {
  /** The main file is the first; the others in the order of their names. */
  readonly documents: readonly [Document, ...Document[]];
  readonly root: RawTable;
  readonly originOf: (path: KeyPath) => Origin;
}

/** Where the triggers of a file begin in a list of the whole. */
interface Stretch {
  readonly start: number;
  readonly document: Document;
}

/** Adds the triggers and projects of the included files to the main one; its own come first. */
export function joinDocuments(main: Document, included: readonly Document[]): Whole {
  const documents = [main, ...included] as const;
  if (included.length === 0)
    return { documents, root: main.parsed.root, originOf: (path) => ({ document: main, path }) };
  const stretches = { crons: stretchesOf('crons', documents), webhooks: stretchesOf('webhooks', documents) };
  return {
    documents,
    root: joinedRoot(main, included),
    originOf: ([first, second, index, ...rest]) => {
      const path = [first, second, index, ...rest].filter((part) => part !== undefined);
      if (first === 'projects')
        return { document: documents.findLast((one) => has(one, second)) ?? main, path };
      const list = triggerLists.find((one) => first === 'triggers' && one === second);
      if (list === undefined || typeof index !== 'number') return { document: main, path };
      const stretch = stretches[list].findLast(({ start }) => start <= index);
      if (stretch === undefined) return { document: main, path };
      return { document: stretch.document, path: ['triggers', list, index - stretch.start, ...rest] };
    },
  };
}

/** The same of documents that were joined before. */
export function wholeOf([main, ...included]: Whole['documents']): Whole {
  return joinDocuments(main, included);
}

/** The triggers of one list of a file; what is no list is told when it is checked. */
export function tablesOf(list: TriggerList, root: RawTable): readonly unknown[] {
  const tables = asTable(root['triggers'])?.[list];
  return Array.isArray(tables) ? tables : [];
}

/** The projects of a file. */
export function projectsOf(root: RawTable): RawTable {
  return asTable(root['projects']) ?? {};
}

function has({ parsed }: Document, project: KeyPath[number] | undefined): boolean {
  return project !== undefined && Object.hasOwn(projectsOf(parsed.root), project);
}

/** Files without triggers have no stretch: none of the list stands in them. */
function stretchesOf(list: TriggerList, documents: readonly Document[]): readonly Stretch[] {
  let start = 0;
  return documents.flatMap((document) => {
    const { length } = tablesOf(list, document.parsed.root);
    const stretch = { start, document };
    start += length;
    return length === 0 ? [] : [stretch];
  });
}

/** What the main file has in another shape than it should stays as it is: it is told there. */
function joinedRoot(main: Document, included: readonly Document[]): RawTable {
  const { root } = main.parsed;
  const roots = [root, ...included.map(({ parsed }) => parsed.root)];
  const triggers = asTable(root['triggers'] ?? {});
  const lists = triggerLists.flatMap((list) => {
    const tables = roots.flatMap((one) => tablesOf(list, one));
    const isRight = Array.isArray(triggers?.[list] ?? []);
    return isRight && tables.length > 0 ? [[list, tables] as const] : [];
  });
  const projects = asTable(root['projects'] ?? {});
  return {
    ...root,
    ...(triggers !== undefined && { triggers: { ...triggers, ...Object.fromEntries(lists) } }),
    ...(projects !== undefined && { projects: Object.assign({}, ...roots.map(projectsOf)) as RawTable }),
  };
}
