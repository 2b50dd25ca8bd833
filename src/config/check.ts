/** Decides whether the values of a file have the shape of the schema, and says in words where they do not. */
import type * as z from 'zod';
import { rootTable } from './schema/root.ts';
import type { RootConfig } from './schema/root.ts';
import { triggersFrame } from './schema/server.ts';
import { cronTable } from './schema/cron.ts';
import { webhookTable } from './schema/webhook.ts';
import type { CronConfig } from './schema/cron.ts';
import type { WebhookConfig } from './schema/webhook.ts';
import { keysAt } from './schema/walk.ts';
import { asTable } from './parse.ts';
import type { RawTable } from './parse.ts';
import { flagOf, valueAt, withFlags, wordyFlags } from './flags.ts';
import { fault, warning } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import { didYouMean } from '../core/suggest.ts';
import { keyMeant } from './other-names.ts';
import { inUnion, misspeltForm } from './unions.ts';

/** The file without its triggers; `undefined` for a table that is wrong. */
export type Frame = {
  readonly [Name in Exclude<keyof RootConfig, 'triggers'>]: RootConfig[Name] | undefined;
} & {
  readonly triggers: z.infer<typeof triggersFrame> | undefined;
};

/** A value that has the shape of its schema, or what is wrong with it; the problems of the first are warnings. */
export type Checked<T> = { readonly problems: readonly Problem[] } & (
  { readonly ok: true; readonly value: T } | { readonly ok: false }
);

/** Checks everything but the triggers, table by table, so that one that is wrong does not hide what is in the others. */
export function checkFrame(root: RawTable): { readonly frame: Frame; readonly problems: readonly Problem[] } {
  const problems: Problem[] = unknownTables(root);
  const frame: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(rootTable.shape)) {
    if (name === 'triggers') continue;
    const checked = checkValue<unknown>(schema, root[name], [name]);
    if (checked.ok) frame[name] = checked.value;
    problems.push(...checked.problems);
  }
  const triggers = checkTriggersFrame(root['triggers']);
  problems.push(...triggers.problems);
  frame['triggers'] = triggers.ok ? triggers.value : undefined;
  return { frame: frame as Frame, problems };
}

/** Checks one cron; a date that was written without quotes is as good as text. */
export function checkCron(raw: unknown, path: KeyPath): Checked<CronConfig> {
  const table = asTable(raw);
  const dated = DATED.filter((name) => holdsDate(table?.[name]));
  const texts = Object.fromEntries(dated.map((name) => [name, dateText(table?.[name])]));
  return checkValue(cronTable, dated.length === 0 ? raw : { ...table, ...texts }, path);
}

/** Keys of a cron that are about dates. */
const DATED = ['at', 'start', 'end', 'blackout'] as const;

function holdsDate(value: unknown): boolean {
  return value instanceof Date || (Array.isArray(value) && value.some((one) => one instanceof Date));
}

function dateText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dateText);
  return value instanceof Date ? value.toISOString() : value;
}

/** Checks one webhook. */
export function checkWebhook(raw: unknown, path: KeyPath): Checked<WebhookConfig> {
  return checkValue(webhookTable, raw, path);
}

/** Checks `value` against `schema`; `path` is where it stands in the file. */
export function checkValue<T>(schema: z.ZodType<T>, value: unknown, path: KeyPath): Checked<T> {
  const first = schema.safeParse(value);
  if (first.success) return { ok: true, value: first.data, problems: [] };
  const flags = wordyFlags(value, first.error.issues);
  const problems = flags.map((inside) => wordyFlag(value, { path, inside }));
  const result = flags.length === 0 ? first : schema.safeParse(withFlags(value, flags));
  if (result.success) return { ok: true, value: result.data, problems };
  const faults = result.error.issues.flatMap((issue) => inWords(issue, { schema, value, path }));
  return { ok: false, problems: [...problems, ...faults] };
}

function wordyFlag(
  value: unknown,
  { path, inside }: { readonly path: KeyPath; readonly inside: KeyPath },
): Problem {
  const isOn = flagOf(valueAt(value, inside)) === true;
  return warning([...path, ...inside], `is read as ${isOn}: write ${isOn}, without quotes`);
}

function checkTriggersFrame(raw: unknown): Checked<z.infer<typeof triggersFrame>> {
  const table = asTable(raw);
  if (raw !== undefined && table === undefined) {
    return { ok: false, problems: [fault(['triggers'], 'expected a table')] };
  }
  const { crons, webhooks, ...frame } = table ?? {};
  const lists = Object.entries({ crons, webhooks }).filter(
    ([, list]) => list !== undefined && !Array.isArray(list),
  );
  const problems = lists.map(([name]) =>
    fault(['triggers', name], `expected a list of tables: write [[triggers.${name}]]`),
  );
  const checked = checkValue(triggersFrame, frame, ['triggers']);
  if (checked.ok && problems.length === 0) return checked;
  return { ok: false, problems: [...problems, ...checked.problems] };
}

function unknownTables(root: RawTable): Problem[] {
  const known = Object.keys(rootTable.shape);
  return Object.keys(root)
    .filter((name) => !Object.hasOwn(rootTable.shape, name))
    .map((name) => fault([name], unknownKey(name, known, [])));
}

interface Where {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly path: KeyPath;
}

function inWords(issue: z.core.$ZodIssue, where: Where): readonly Problem[] {
  const inside = issue.path.filter((part) => typeof part !== 'symbol');
  const path = [...where.path, ...inside];
  const written = valueAt(where.value, inside);
  if (issue.code === 'unrecognized_keys') {
    const known = keysIn(where, inside);
    return issue.keys.map((name) => fault([...path, name], unknownKey(name, known, inside)));
  }
  if (issue.code === 'invalid_key') return [fault(path, issue.issues[0]?.message ?? 'not a valid name')];
  if (issue.code === 'invalid_union') {
    const nearer = inUnion(issue, written);
    if (nearer !== undefined)
      return nearer.flatMap((one) => inWords({ ...one, path: [...issue.path, ...one.path] }, where));
    const misspelt = misspeltForm(issue, written);
    if (misspelt !== undefined)
      return [fault([...path, misspelt.key], `there is no such key${misspelt.hint}`)];
  }
  if (issue.code === 'invalid_value')
    return [fault(path, `${issue.message}${wordMeant(written, issue.values)}`)];
  if (written === undefined) return [fault(path, `is missing: ${issue.message}`)];
  // Of a choice that has words in it, a string is the right kind and the wrong word.
  const isWord = typeof written === 'string' && written !== '';
  const isKind = issue.code === 'invalid_type' || (issue.code === 'invalid_union' && !isWord);
  return [fault(path, isKind ? `${issue.message}, not ${kindOf(written)}` : issue.message)];
}

/** The lists of triggers are checked apart from their table, and are keys of it all the same. */
function keysIn({ schema }: Where, inside: KeyPath): readonly string[] {
  const isTriggers = schema === triggersFrame && inside.length === 0;
  return keysAt(isTriggers ? rootTable.shape.triggers : schema, inside);
}

function unknownKey(name: string, known: readonly string[], inside: KeyPath): string {
  if (
    inside.at(-1) === 'fetch' &&
    (Object.hasOwn(cronTable.shape, name) || Object.hasOwn(webhookTable.shape, name))
  ) {
    return `is no key of fetch; it belongs to the trigger: write it above the header of the fetch table`;
  }
  return `there is no such key${keyMeant(name, known)}`;
}

function wordMeant(written: unknown, words: readonly unknown[]): string {
  if (typeof written !== 'string') return `, not ${kindOf(written)}`;
  return didYouMean(
    written,
    words.filter((one) => typeof one === 'string'),
  );
}

function numberKind(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'a whole number';
  return Number.isFinite(value) ? 'a fraction' : 'a number';
}

/** What a value is, never what it says: it may be a secret. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string';
  if (typeof value === 'number' || typeof value === 'bigint') return numberKind(value);
  if (typeof value === 'boolean') return 'true or false';
  if (value instanceof Date) return 'a date';
  return Array.isArray(value) ? 'a list' : 'a table';
}
