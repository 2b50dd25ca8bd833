import type * as z from 'zod';
import { describe, expect, it, test } from 'vitest';
import { reloadClasses } from '../../src/core/snapshot.ts';
import { restartKeys } from '../../src/config/diff.ts';
import { metaOf } from '../../src/config/schema/key.ts';
import { actionKeys, keysOfAction } from '../../src/config/schema/action.ts';
import { rootTable } from '../../src/config/schema/root.ts';
import { shapeOf, unwrap } from '../../src/config/schema/walk.ts';
import { loaded, said } from './support/load.ts';

interface Key {
  readonly path: string;
  readonly schema: z.core.$ZodType;
}

/** Every key of every table, `*` for the names of tables and the places of lists. */
function keysOf(schema: z.core.$ZodType, path: string): readonly Key[] {
  const inner = unwrap(schema);
  const { def } = inner._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'array') return keysOf(def.element, `${path}.*`);
  if (def.type === 'record') return keysOf(def.valueType, `${path}.*`);
  return Object.entries(shapeOf(inner) ?? {}).flatMap(([name, one]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return [{ path: here, schema: one }, ...keysOf(one, here)];
  });
}

const keys = keysOf(rootTable, '');

describe('every key of the schema', () => {
  it('is reached by the walk', () => {
    expect(keys.length).toBeGreaterThan(150);
    expect(keys.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['triggers.server.port', 'triggers.crons.*.fetch.url', 'projects.*.path']),
    );
  });

  it('has a meaning and a class', () => {
    const bare = keys.filter(({ schema }) => {
      const meta = metaOf(schema);
      return (
        meta === undefined ||
        meta.description === '' ||
        !(reloadClasses as readonly string[]).includes(meta.reload)
      );
    });
    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  it('is one the report of a reload can name when it waits for a restart', () => {
    const waiting = keys.filter(
      ({ path, schema }) => metaOf(schema)?.reload === 'restart' && path !== 'store',
    );
    expect(waiting.map(({ path }) => path).sort()).toEqual(Object.keys(restartKeys).sort());
  });

  it('belongs to a class that something carries out', () => {
    const classes = new Set(keys.map(({ schema }) => metaOf(schema)?.reload));
    expect([...classes].sort()).toEqual([
      'applied',
      'bot_reload',
      'listener_reload',
      'none',
      'restart',
      'telemetry_reload',
    ]);
  });

  it('of an action is read by that action, and says so', () => {
    for (const [action, names] of Object.entries(keysOfAction)) {
      for (const name of names)
        expect(metaOf(actionKeys[name])?.description).toMatch(new RegExp(`^\`${action}\`: `));
    }
    const shared = Object.keys(actionKeys).filter(
      (name) => !Object.values(keysOfAction).some((names) => (names as readonly string[]).includes(name)),
    );
    expect(shared).toEqual(['action', 'fetch']);
  });
});

describe('a mistyped key of any table', () => {
  test.each([
    ...new Set(
      keys
        .filter(
          ({ path }) =>
            !path.includes('*') && /^(triggers\.server|limits|retention|log|store|reload)\./.test(path),
        )
        .map(({ path }) => path),
    ),
  ])('%s is found out', async (path) => {
    const parts = path.split('.');
    const name = parts.pop() ?? '';
    expect(await said(`[${parts.join('.')}]\n${name}x = 1\n`)).toContainEqual(
      `2:1 ${path}x: there is no such key; did you mean "${name}"?`,
    );
  });
});

test.each([...keys.map(({ path }) => path)])(
  'a wrong value for %s is said in words of our own',
  async (path) => {
    for (const value of ['"x"', '1.5', 'true', '[]', '[[1]]', '{}', '{ x = [1] }', '-1', '1979-05-27'])
      for (const line of await said(fileWith(path, value)))
        expect(line).not.toMatch(
          /Invalid|Too (small|big)|received|Unrecognized|expected (array|int|record|object)/,
        );
  },
);

/** A file in which the key has that value, in dotted keys and inline tables. */
function fileWith(path: string, value: string): string {
  const inline = path.split('.').reduceRight<string>((inner, part) => {
    if (part !== '*') return `{ ${part} = ${inner} }`;
    return inner;
  }, value);
  const isList = /^triggers\.(crons|webhooks)\.\*/.exec(path);
  if (isList === null) return `${inline.slice(2, -2).replace(/^(projects|engines) = /, '$1.n = ')}\n`;
  const rest = path.split('.').slice(3);
  const table = rest.reduceRight<string>((inner, part) => `{ ${part} = ${inner} }`, value);
  return `[[triggers.${isList[1]}]]\n${table.slice(2, -2)}\n`;
}

test('a table that is empty has its defaults', async () => {
  const empty = await loaded(
    '[triggers]\n[triggers.server]\n[limits]\n[retention]\n[log]\n[store]\n[reload]\n[projects]\n[engines]\n[secrets]\n',
  );
  const nothing = await loaded('');
  const without = ({ snapshot: { server, limits, retention, log } }: typeof empty): unknown => ({
    server,
    limits,
    retention,
    log,
  });
  expect(without(empty)).toEqual(without(nothing));
});
