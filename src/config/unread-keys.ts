/** Decides which keys of a file are accepted although nothing reads them yet, to say so once. */
import { metaOf } from './schema/key.ts';
import { rootTable } from './schema/root.ts';
import { cronTable } from './schema/cron.ts';
import { webhookTable } from './schema/webhook.ts';
import { shapeOf } from './schema/walk.ts';
import { asTable } from './parse.ts';
import type { RawTable } from './parse.ts';
import { dotted, warning } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';

type Shape = NonNullable<ReturnType<typeof shapeOf>>;

/** One warning that names them all; those of triggers are named once, whichever trigger has them. */
export function unreadKeys(root: RawTable): readonly Problem[] {
  const found = new Map<string, KeyPath>();
  collect(root, rootTable.shape, []);
  const triggers = asTable(root['triggers']) ?? {};
  collectTriggers('crons', cronTable.shape);
  collectTriggers('webhooks', webhookTable.shape);
  const [first] = found.values();
  if (first === undefined) return [];
  return [warning(first, `accepted without effect, nothing reads it yet: ${[...found.keys()].join(', ')}`)];

  function collect(table: RawTable, shape: Shape, path: KeyPath): void {
    for (const [name, value] of Object.entries(table)) {
      const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (schema === undefined || (path.length === 0 && name === 'triggers')) continue;
      const inner = asTable(value);
      const innerShape = shapeOf(schema);
      if (metaOf(schema)?.reload === 'none') found.set(dotted([...path, name]), [...path, name]);
      else if (inner !== undefined && innerShape !== undefined) collect(inner, innerShape, [...path, name]);
      else if (inner !== undefined && (name === 'projects' || name === 'engines')) collectNamed(inner, name);
    }
  }

  function collectNamed(tables: RawTable, name: 'projects' | 'engines'): void {
    const shape = shapeOf(rootTable.shape[name].def.innerType.def.valueType) ?? {};
    for (const [one, table] of Object.entries(tables)) {
      for (const key of Object.keys(asTable(table) ?? {})) {
        const isUnread =
          Object.hasOwn(shape, key) && shape[key] !== undefined && metaOf(shape[key])?.reload === 'none';
        if (isUnread && !found.has(`${name}.*.${key}`)) found.set(`${name}.*.${key}`, [name, one, key]);
      }
    }
  }

  function collectTriggers(list: 'crons' | 'webhooks', shape: Shape): void {
    const names = Object.keys(shape).filter(
      (name) => shape[name] !== undefined && metaOf(shape[name])?.reload === 'none',
    );
    const tables: unknown = triggers[list];
    for (const [index, table] of Array.isArray(tables) ? tables.entries() : []) {
      for (const name of names) {
        const key = `triggers.${list}.*.${name}`;
        if (asTable(table)?.[name] !== undefined && !found.has(key))
          found.set(key, ['triggers', list, index, name]);
      }
    }
  }
}
