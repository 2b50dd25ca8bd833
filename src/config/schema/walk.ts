/** Decides how the schema is looked into: what a table holds, under which wrappers. */
import type * as z from 'zod';

/** The keys that the table at `path` may have. */
export function keysAt(schema: z.core.$ZodType, path: ReadonlyArray<string | number>): readonly string[] {
  const table = path.reduce<z.core.$ZodType | undefined>(
    (inner, part) => (inner === undefined ? undefined : child(inner, part)),
    schema,
  );
  const shape = table === undefined ? undefined : shapeOf(table);
  return shape === undefined ? [] : Object.keys(shape);
}

function child(schema: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  const inner = unwrap(schema);
  const { def } = inner._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'record') return def.valueType;
  if (def.type === 'array') return def.element;
  if (def.type !== 'object') return undefined;
  return def.shape[part] ?? def.catchall;
}

/** The keys of a table's schema, wrappers taken off; undefined for what is no table of fixed keys. */
export function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const { def } = unwrap(schema)._zod as z.core.$ZodTypes['_zod'];
  return def.type === 'object' ? def.shape : undefined;
}

/** The schema under `optional`, `default` and the like. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  return def.type === 'optional' || def.type === 'default' || def.type === 'prefault'
    ? unwrap(def.innerType)
    : schema;
}
