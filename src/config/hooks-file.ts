/** Decides what a file of hooks says: TOML or JSON, all of it or nothing. */
import { dirname } from 'node:path';
import type { Hook, HookEvent } from '../core/hook.ts';
import { hookEvents } from '../core/hook.ts';
import type { Issue } from '../core/snapshot.ts';
import { checkValue } from './check.ts';
import { msOf } from './compile-context.ts';
import { inFileOrder } from './issues.ts';
import { locateInJson, parseJson } from './json-text.ts';
import { parseToml } from './parse.ts';
import type { ParseResult } from './parse.ts';
import { locateIn } from './positions.ts';
import { dotted } from './problem.ts';
import type { Problem } from './problem.ts';
import { MAX_CONFIG_BYTES, readText } from './read.ts';
import { hooksTable } from './schema/hooks.ts';
import type { HooksConfig } from './schema/hooks.ts';

/** A file of hooks as it is on disk. */
export type HooksFile =
  | { readonly kind: 'good'; readonly hooks: readonly Hook[]; readonly issues: readonly Issue[] }
  | { readonly kind: 'bad'; readonly issues: readonly Issue[] }
  | { readonly kind: 'missing' };

/** Reads and checks the file at an absolute path. Never rejects but for a bug. */
export async function readHooks(file: string): Promise<HooksFile> {
  const read = await readText(file, MAX_CONFIG_BYTES);
  if (read.ok) return parseHooks(file, read.text);
  if (read.isMissing === true) return { kind: 'missing' };
  const place = read.place ?? { line: 1, column: 1 };
  return {
    kind: 'bad',
    issues: [{ file, ...place, path: '', message: `the file ${read.message}`, severity: 'error' }],
  };
}

/** What the text of a file says; `file` tells by its name which of the two languages it is. */
export async function parseHooks(file: string, text: string): Promise<HooksFile> {
  const isJson = file.endsWith('.json');
  const result: ParseResult = isJson ? parseJson(text) : await parseToml(text);
  if (!result.ok) return { kind: 'bad', issues: [{ file, path: '', severity: 'error', ...result.fault }] };
  const { root } = result.parsed;
  const checked = checkValue<HooksConfig>(hooksTable, root, []);
  const issues = await placed(checked.problems, { file, text, isJson });
  if (!checked.ok) return { kind: 'bad', issues };
  return { kind: 'good', hooks: compileHooks(checked.value, dirname(file)), issues };
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly isJson: boolean;
}

async function placed(
  problems: readonly Problem[],
  { file, text, isJson }: Source,
): Promise<readonly Issue[]> {
  if (problems.length === 0) return [];
  const locate = isJson ? locateInJson(text) : await locateIn(text, undefined);
  return inFileOrder(
    problems.map(({ path, message, severity }) => ({
      file,
      ...locate(path),
      path: dotted(path),
      message,
      severity,
    })),
  );
}

type HookConfig = HooksConfig[HookEvent][number];

function compileHooks(config: HooksConfig, cwd: string): readonly Hook[] {
  return hookEvents.flatMap((event) =>
    config[event].map((hook: HookConfig): Hook => ({
      event,
      name: hook.name ?? shortName(hook.command),
      argv: hook.command,
      cwd,
      timeoutMs: msOf(hook.timeout),
      onError: 'on_error' in hook ? hook.on_error : 'allow',
    })),
  );
}

const MAX_NAME = 60;

function shortName(command: readonly string[]): string {
  const words = command.join(' ').replace(/\p{Cc}/gu, ' ');
  return words.length <= MAX_NAME ? words : `${words.slice(0, MAX_NAME - 1)}…`;
}
