/** Loads configurations for tests: a text as if it stood in a file of the user's own. */
import { join } from 'node:path';
import type { Issue } from '../../../src/core/snapshot.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { Loaded, LoadInput, LoadResult } from '../../../src/config/loaded.ts';
import { createTemplates } from '../../../src/triggers/template.ts';

export const FOLDER = '/etc/untether';
export const FILE = join(FOLDER, 'untether.toml');
/** 2026-01-01T00:00:00Z. */
export const NOW_MS = Date.UTC(2026, 0, 1);

export type LoadOptions = Partial<LoadInput> & { readonly mode?: number };

/** Everything but the text. */
export function inputFor(options: LoadOptions = {}): LoadInput {
  return {
    file: FILE,
    env: { PATH: '/usr/bin:/bin' },
    home: '/home/me',
    stateFolder: '/var/lib/untether',
    hostZone: 'UTC',
    nowMs: NOW_MS,
    templates: createTemplates(),
    ...options,
  };
}

/** Loads `text`. */
export function loadText(text: string, options: LoadOptions = {}): Promise<LoadResult> {
  const { mode = 0o600 } = options;
  return loadConfig({ ...inputFor(options), readFile: () => Promise.resolve({ ok: true, text, mode }) });
}

/** Loads `text`, which must be good. */
export async function loaded(text: string, options: LoadOptions = {}): Promise<Loaded> {
  const result = await loadText(text, options);
  if (!result.ok) throw new Error(`it should load:\n${result.issues.map(shown).join('\n')}`);
  return result.loaded;
}

/** What is said about `text`, warnings included: `line:column path: message`. */
export async function said(text: string, options: LoadOptions = {}): Promise<readonly string[]> {
  const result = await loadText(text, options);
  return (result.ok ? result.loaded.snapshot.warnings : result.issues).map(shown);
}

export function shown({ line, column, path, message, severity }: Issue): string {
  return `${line}:${column} ${severity === 'warning' ? '(warning) ' : ''}${path}: ${message}`;
}

/** A cron that runs `true`; more lines may follow. */
export function cron(id: string, ...lines: readonly string[]): string {
  return [
    '[[triggers.crons]]',
    `id = "${id}"`,
    'schedule = "0 9 * * *"',
    'action = "command"',
    'command = ["true"]',
    ...lines,
    '',
  ].join('\n');
}

/** A webhook that runs `true`. */
export function webhook(id: string, ...lines: readonly string[]): string {
  const auth = lines.some((line) => /^(auth|secret|provider)/.test(line)) ? [] : ['secret = "s"'];
  return [
    '[[triggers.webhooks]]',
    `id = "${id}"`,
    `path = "/${id}"`,
    ...auth,
    'action = "command"',
    'command = ["true"]',
    ...lines,
    '',
  ].join('\n');
}
