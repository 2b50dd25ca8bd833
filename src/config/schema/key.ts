/** Decides what every key of the configuration carries: a type, a meaning, and when a change of it takes effect. */
import * as z from 'zod';
import { LONGEST_DURATION, isTooLong, parseDuration } from '../../core/duration.ts';
import type { ReloadClass } from '../../core/snapshot.ts';

/** What the reference, the JSON Schema and the reports of a reload know about a key. */
export interface KeyMeta {
  /** What it means, in one or two sentences; Markdown. */
  readonly description: string;
  /** `none`: accepted, without effect. */
  readonly reload: ReloadClass;
  /** What holds when it is left out, where that is no constant. */
  readonly otherwise?: string;
  /** How its type is written in the reference, where the schema says it too long. */
  readonly written?: string;
}

/** Attaches `meta` to a key's schema. */
export function key<S extends z.ZodType>(schema: S, meta: KeyMeta): S {
  return schema.meta({ ...meta });
}

/** The meta data of a key's schema, wrappers such as `optional` included; undefined when it has none. */
export function metaOf(schema: z.core.$ZodType): KeyMeta | undefined {
  const meta = z.globalRegistry.get(schema);
  return typeof meta?.description === 'string' && typeof meta['reload'] === 'string'
    ? (meta as unknown as KeyMeta)
    : undefined;
}

/** A key that is accepted because the original has it, or because a later release will read it. */
export function ignored(description: string, schema: z.ZodType = z.unknown()): z.ZodOptional {
  return key(schema.optional(), { description, reload: 'none' });
}

/** A whole table that is accepted without effect, whatever is in it. */
export function ignoredTable(description: string): z.ZodOptional {
  return ignored(description, z.record(z.string(), z.unknown(), { error: 'expected a table' }));
}

/** Text that says something: spaces around it are dropped, and something must be left. */
export const text = z.string({ error: 'expected a string' }).trim().min(1, 'must not be empty');

/** Text taken as it is, line ends included. */
export const body = z.string({ error: 'expected a string' });

/** True or false; nothing that merely looks like it. */
export const flag = z.boolean({ error: 'expected true or false' });

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodInt {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  const error = `expected a whole number ${bounds}`;
  return z.int({ error }).min(min, error).max(max, error);
}

/** Any whole number. */
export const integer = z.int({ error: 'expected a whole number' });

/** A length of time with units, such as `30s` or `1h30m`; see `parseDuration`. */
export const duration = z
  .string({ error: 'expected a length of time such as "30s"' })
  .refine((value) => parseDuration(value) !== undefined, {
    error: ({ input }) =>
      typeof input === 'string' && isTooLong(input)
        ? `is too long; ${LONGEST_DURATION} is the longest`
        : 'expected a length of time with its unit, such as "30s", "1h30m" or "2d"',
  })
  .meta({ written: 'duration' });

/** One of a few words. */
export function word<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodEnum<{ [W in Words[number]]: W }> {
  return z.enum(words, { error: `expected ${oneOf(words)}` });
}

/** `"a", "b" or "c"`. */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map((one) => `"${one}"`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
