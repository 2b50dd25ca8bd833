/** Holds completion to the table: every command and flag, in a script that its shell accepts. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commands, commonFlags } from '../../src/cli/commands.ts';
import { completionScript, shells } from '../../src/cli/completion.ts';
import { command } from './support/command-line.ts';

function bashCompletes(...words: readonly string[]): readonly string[] {
  const script = [
    completionScript('bash', commands, commonFlags),
    `COMP_WORDS=(untether ${words.map((word) => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${words.length}`,
    '_untether',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' }).trim().split('\n');
}

describe('bash', () => {
  test('completes commands', () => {
    expect(bashCompletes('re')).toEqual(['restart', 'reload', 'resume', 'render', 'retry', 'replay']);
  });

  test('completes the flags of the command, its own and those of all', () => {
    expect(bashCompletes('logs', '--')).toEqual(['--follow', '--raw', '--config', '--state', '--json']);
  });
});

describe.each(shells)('%s', (shell) => {
  test('gets a script that names every command', async () => {
    const { code, stdout } = await command(['completion', shell], { cwd: '/' });
    expect(code).toBe(0);
    for (const { name } of commands) expect(stdout).toContain(name);
  });
});

test('a shell without a script is refused', async () => {
  const { code, stderr } = await command(['completion', 'tcsh'], { cwd: '/' });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: there is no completion for "tcsh"; known are bash, zsh, fish\n',
  });
});
