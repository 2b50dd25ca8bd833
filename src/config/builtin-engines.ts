/** Decides how the coding agents that need no configuration are started. */
import type { EngineSpec } from '../core/action.ts';

const builtin = (name: string, command: readonly string[]): EngineSpec => ({
  name,
  command,
  output: `jsonl:${name}`,
  env: {},
});

/** The agents that `engine` may name without an `[engines.NAME]`. */
export const builtinEngines: readonly EngineSpec[] = [
  builtin('claude', ['claude', '-p', '--output-format', 'stream-json', '--verbose', '--', '{prompt}']),
  builtin('codex', [
    'codex',
    '--ask-for-approval',
    'never',
    'exec',
    '--json',
    '--skip-git-repo-check',
    '--color=never',
    '-',
  ]),
  builtin('opencode', ['opencode', 'run', '--format', 'json', '--', '{prompt}']),
  builtin('gemini', ['gemini', '--output-format', 'stream-json', '--prompt={prompt}']),
  builtin('pi', ['pi', '--print', '--mode', 'json', '{prompt}']),
  builtin('amp', ['amp', '--stream-json', '-x', '{prompt}']),
];
