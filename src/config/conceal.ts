/** Decides which values of a table are secrets, so that runs, which are stored, hold only a reference to them. */
import { createHash } from 'node:crypto';
import type { Secret } from '../core/secret.ts';
import type { KeyPath } from './problem.ts';
import type { SecretUse } from './secrets.ts';
import type { SecretSource } from './schema/secret.ts';

/** A table of headers or variables as written. */
export type ValueTable = Readonly<Record<string, SecretSource>>;

/** A table as templates, and the secrets that they refer to, by name. */
export interface Concealed {
  readonly table: Readonly<Record<string, string>>;
  readonly secrets: ReadonlyArray<readonly [name: string, secret: Secret]>;
}

const SENSITIVE = /authorization|cookie|token|secret|key|passw|credential/i;

/** The values of a table that are secrets: those that say so, and literal ones under a name that does. */
export function secretValues(path: KeyPath, table: ValueTable | undefined): readonly SecretUse[] {
  if (table === undefined) return [];
  return Object.entries(table)
    .filter(([name, source]) => isSecret(name, source))
    .map(([name, source]) => ({ path: [...path, name], source }));
}

/** Puts `{{secrets.…}}` in the place of every secret value; `owner` tells equal names of different triggers apart. */
export function conceal(
  table: ValueTable | undefined,
  owner: KeyPath,
  secretOf: (source: SecretSource) => Secret | undefined,
): Concealed {
  const templates: Record<string, string> = {};
  const secrets: Array<readonly [string, Secret]> = [];
  for (const [name, source] of Object.entries(table ?? {})) {
    const secret = isSecret(name, source) ? secretOf(source) : undefined;
    if (secret === undefined) templates[name] = typeof source === 'string' ? source : '';
    else {
      const reference = nameFor([...owner, name]);
      secrets.push([reference, secret]);
      templates[name] = `{{secrets.${reference}}}`;
    }
  }
  return { table: templates, secrets };
}

function isSecret(name: string, source: SecretSource): boolean {
  if (typeof source !== 'string') return true;
  return SENSITIVE.test(name) && source !== '' && !source.includes('{{') && !source.includes('{%');
}

/** A name that says where the secret stands; it begins with "_", which no name in `[secrets]` does. */
function nameFor(owner: KeyPath): string {
  const words = owner
    .join('_')
    .replace(/[^A-Za-z0-9_]/g, '_')
    .slice(0, 80);
  const hash = createHash('sha256').update(JSON.stringify(owner)).digest('hex').slice(0, 8);
  return `_${words}_${hash}`;
}
