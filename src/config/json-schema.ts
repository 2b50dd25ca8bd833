/** Decides what editors are told about the configuration: the schema as JSON Schema. */
import * as z from 'zod';
import { rootTable } from './schema/root.ts';

/** JSON Schema (draft 7, which editors know) of `untether.toml`, for `untether schema` and the `#:schema` line of a file. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(rootTable, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      renameOwnKeys(jsonSchema);
    },
  });
  return { ...schema, title: 'untether.toml', description: 'Configuration of untether.' };
}

/** What only this program knows about a key is marked as its own. */
function renameOwnKeys(schema: Record<string, unknown>): void {
  const { reload, otherwise } = schema;
  delete schema['reload'];
  delete schema['otherwise'];
  delete schema['written'];
  if (reload !== undefined) schema['x-reload'] = reload;
  if (otherwise !== undefined) schema['x-otherwise'] = otherwise;
}
