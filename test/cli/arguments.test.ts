/** Holds the command line to refusing what it does not understand, with the way out, before anything is asked. */
import { describe, expect, test } from 'vitest';
import { commands, commonFlags } from '../../src/cli/commands.ts';
import { exitCodeOf } from '../../src/cli/exit.ts';
import { errorCodes } from '../../src/core/errors.ts';
import { command } from './support/command-line.ts';

const cwd = '/';

describe('a slip', () => {
  test.each([
    [['statsu'], "unknown command 'statsu'", 'Did you mean status?'],
    [['runs', '--limt', '3'], "unknown option '--limt'", 'Did you mean --limit?'],
    [['logs', '--folow', 'x'], "unknown option '--folow'", 'Did you mean --follow?'],
    [['--jsn', 'status'], "unknown option '--jsn'", 'Did you mean --json?'],
    [['status', 'extra'], 'too many arguments', '--help'],
    [['fire'], "missing required argument 'trigger'", '--help'],
    [['logs'], "missing required argument 'run'", '--help'],
    [['cancel'], "missing required argument 'run'", '--help'],
    [['retry'], "missing required argument 'run'", '--help'],
    [['why'], "missing required argument 'trigger'", '--help'],
    [['at'], "missing required argument 'when'", '--help'],
    [['send'], "missing required argument 'webhook'", '--help'],
    [['runs', '--limit', '0'], 'whole number from 1 to 1000', '--help'],
    [['runs', '--limit', 'many'], 'whole number from 1 to 1000', '--help'],
    [['runs', '--limit', '1e2'], 'whole number from 1 to 1000', '--help'],
    [['runs', '--state', 'faild'], '--state faild is neither a folder nor one of', 'failed'],
    [['next', '-n', '-3'], 'whole number from 1 to 100000', '--help'],
    [['next', '-n'], "option '-n, --count <N>' argument missing", '--help'],
    [['next', '--batch', '-n', '3'], '--count does not go with --batch', 'each line'],
    [['next', '--batch', 'nightly'], '--batch takes no trigger', 'expressions'],
    [['next', 'nightly', '--expression', '* * * * *'], 'name a trigger or give --expression', 'not both'],
    [['next', '--expression', '61 * * * *'], 'minute', '61'],
    [
      ['next', '--expression', '* * * * *', '--timezone', 'Mars/Olympus'],
      'there is no time zone "Mars/Olympus"',
      'IANA',
    ],
    [['next', '--expression', '* * * * *', '--from', 'soon'], '"soon" is not a date', '2026-12-24T18:00'],
    [['next', '--timezone', 'UTC'], '--timezone is the zone of', '--from'],
    [['next', '-n', '5000'], '-n is 1000 at most', '--expression'],
    [['help', 'statsu'], 'Usage: untether', 'status'],
  ])('%j: %s (%s)', async (words, message, way) => {
    const { code, stdout, stderr } = await command(words, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(way);
  });
});

describe('every command', () => {
  test.each(commands)('$name shows its help, its flags and its examples', async (spec) => {
    const { code, stdout } = await command([spec.name, '--help'], { cwd });
    expect(code).toBe(0);
    for (const { name } of [...spec.flags, ...commonFlags]) expect(stdout).toContain(`--${name}`);
    for (const { line } of spec.examples) expect(stdout).toContain(line);
  });

  test.each(commands)('$name refuses a flag that there is not', async ({ name, args }) => {
    const words = args.map(({ name: arg }) => arg);
    const { code, stderr } = await command([name, ...words, '--no-such-flag'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("unknown option '--no-such-flag'"),
    });
  });
});

test('no command at all shows the help and is a slip', async () => {
  const { code, stdout, stderr } = await command([], { cwd });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const { summary } of commands) expect(stderr.replaceAll(/\s+/g, ' ')).toContain(summary);
});

test('--help and --version are answered on standard output', async () => {
  expect((await command(['--help'], { cwd })).code).toBe(0);
  const { code, stdout } = await command(['--version'], { cwd });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/) });
});

test('each way of saying no has an exit code of its class', () => {
  expect(Object.keys(exitCodeOf).sort()).toEqual(Object.keys(errorCodes).sort());
  expect(exitCodeOf).toMatchObject({
    not_running: 3,
    denied: 4,
    already_running: 75,
    invalid_config: 78,
    invalid_argument: 2,
    not_found: 1,
  });
});
