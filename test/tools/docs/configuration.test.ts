import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { configReference } from '../../../tools/docs/configuration.ts';
import { rootTable } from '../../../src/config/schema/root.ts';
import { metaOf } from '../../../src/config/schema/key.ts';
import { shapeOf, unwrap } from '../../../src/config/schema/walk.ts';

const FILE = fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url));

it('docs/configuration.md says what the schema says (`npm run docs` writes it anew)', async () => {
  const options = await resolveConfig(FILE);
  const text = await format(configReference(), { ...options, parser: 'markdown' });
  await expect(text).toMatchFileSnapshot(FILE);
});

it('holds every key of every table', () => {
  const text = configReference();
  const missing = [...keysOf(rootTable)].filter(
    ({ name, schema }) => !(text.includes(`| \`${name}\` |`) && text.includes(describedAs(schema))),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

/** The keys that are no tables themselves, however deep; of a table without effect only its own. */
function* keysOf(schema: z.core.$ZodType): Generator<{ name: string; schema: z.core.$ZodType }> {
  for (const [name, inner] of Object.entries(shapeOf(schema) ?? {})) {
    if (shapeOf(elementOf(inner)) === undefined || metaOf(inner)?.reload === 'none')
      yield { name, schema: inner };
    else yield* keysOf(elementOf(inner));
  }
}

/** What a list or a table of free names holds; anything else as it is. */
function elementOf(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = unwrap(schema);
  const { def } = inner._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'array') return elementOf(def.element);
  return def.type === 'record' ? elementOf(def.valueType) : inner;
}

function describedAs(schema: z.core.$ZodType): string {
  return (metaOf(schema)?.description ?? '').replaceAll('|', '\\|');
}
