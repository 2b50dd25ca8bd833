import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { cron, webhook } from './support/load.ts';

const schema = configJsonSchema();
const validator = z.fromJSONSchema(schema);
const isValid = (text: string): boolean =>
  validator.safeParse(JSON.parse(JSON.stringify(parse(text)))).success;
const fixture = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('the JSON Schema', () => {
  it('takes what loads', () => {
    for (const text of [
      '',
      cron('a'),
      webhook('b'),
      fixture('../../untether.toml.example'),
      fixture('fixtures/original.toml'),
    ]) {
      expect(isValid(text)).toBe(true);
    }
  });

  it('refuses what does not', () => {
    for (const text of [
      'x = 1',
      '[triggers.server]\nport = "1"',
      '[log]\nlevel = "x"',
      cron('a', 'nope = 1'),
      '[[triggers.crons]]\nschedule = "@daily"\n',
    ]) {
      expect(isValid(text)).toBe(false);
    }
  });

  it('tells editors what a key means and when a change takes effect', () => {
    expect(schema).toMatchObject({
      title: 'untether.toml',
      properties: {
        watch_config: { type: 'boolean', default: true, 'x-reload': 'applied' },
        triggers: {
          properties: {
            server: {
              properties: {
                port: {
                  type: 'integer',
                  minimum: 0,
                  maximum: 65_535,
                  description: expect.any(String) as string,
                },
              },
            },
          },
        },
      },
    });
    expect(JSON.stringify(schema)).not.toMatch(/"(reload|otherwise|written)":"/);
  });
});
