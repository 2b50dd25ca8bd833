/** Decides what is left of a trigger whose keys have partly the wrong shape, so that its other problems are told at once. */
import { telling } from './compile-spec.ts';
import { asTable } from './parse.ts';
import type { RawTable } from './parse.ts';
import type { KeyPath, Problem } from './problem.ts';

/** A table that does not have the shape of the schema. */
export interface Misshapen {
  readonly raw: RawTable;
  /** What is wrong with its shape; paths begin at the table. */
  readonly problems: readonly Problem[];
  /** The keys that it may have. */
  readonly known: readonly string[];
}

/**
 * The trigger without the keys that the problems are about; what cannot be left out is stood in for, so that nothing
 * is missing that was written.
 */
export function remainsOf({ raw, problems, known }: Misshapen): RawTable {
  const cut = problems.reduce((table, { path }) => without(table, path), raw);
  const standIns = Object.entries(standInsFor(cut, raw)).filter(([name]) => known.includes(name));
  return { ...cut, ...Object.fromEntries(standIns) };
}

/** Whether a problem of what is left comes from a key that was taken out. */
export function isAftermath({ path }: Pick<Problem, 'path'>, faulty: readonly Problem[]): boolean {
  return (
    path.length > 0 &&
    faulty.some(({ path: other }) => {
      const length = Math.min(path.length, other.length);
      return length > 0 && path.slice(0, length).every((part, index) => part === other[index]);
    })
  );
}

/** A list goes as a whole: without one element the others would have other places. */
function without(table: RawTable, [name, ...rest]: KeyPath): RawTable {
  if (name === undefined) return table;
  const { [name]: value, ...others } = table;
  const inner = rest.length === 0 ? undefined : asTable(value);
  return inner === undefined ? others : { ...others, [name]: without(inner, rest) };
}

function standInsFor(cut: RawTable, raw: RawTable): RawTable {
  // A key that stands below the header of `fetch` by mistake is written nevertheless.
  const written = { ...asTable(raw['fetch']), ...raw };
  const missing = (name: string): boolean => written[name] !== undefined && cut[name] === undefined;
  const standIns: Record<string, unknown> = {
    ...(cut['id'] === undefined && { id: 'x' }),
    ...(cut['path'] === undefined && { path: '/x' }),
  };
  for (const [name, value] of Object.entries(values))
    if (missing(name) && asTable(cut['fetch'])?.[name] === undefined) standIns[name] = value;
  if (missing('action')) Object.assign(standIns, actionFor(cut));
  if (missing('auth') && cut['provider'] === undefined) standIns['auth'] = authFor(cut, raw);
  if (missing('provider') && cut['auth'] === undefined) standIns['auth'] = authFor(cut, raw);
  const fetch = asTable(cut['fetch']);
  if (fetch !== undefined && fetch['type'] === undefined) standIns['fetch'] = fetchFor(fetch);
  return standIns;
}

const values: Readonly<Record<string, unknown>> = {
  schedule: '@daily',
  command: ['true'],
  prompt: 'x',
  prompt_template: 'x',
  message_template: 'x',
  forward_url: 'http://example.com',
  file_path: 'x',
  secret: 'x',
  username: 'x',
};

function actionFor(cut: RawTable): RawTable {
  const [, action] = Object.entries(telling).find(([name]) => cut[name] !== undefined) ?? [];
  if (action !== undefined) return { action };
  const isAsked = cut['prompt'] !== undefined || cut['prompt_template'] !== undefined;
  return { action: 'agent_run', ...(!isAsked && { prompt: 'x' }) };
}

/** A way that asks for no more than what was written. */
function authFor(cut: RawTable, raw: RawTable): string {
  return cut['secret'] === undefined && raw['secret'] === undefined ? 'none' : 'hmac-sha256';
}

function fetchFor(fetch: RawTable): RawTable {
  if (fetch['file_path'] !== undefined && fetch['url'] === undefined) return { ...fetch, type: 'file_read' };
  return { url: 'http://example.com', ...fetch, type: 'http_get' };
}
