/** Holds shell lines to doing the same as a command: each is run both ways. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { argvKeys, commandKeys, nameOf } from '../../../src/cli/import/shell-line.ts';
import { valueOf } from '../../../src/cli/import/piece.ts';
import type { Keys } from '../../../src/cli/import/piece.ts';
import { createTemplates } from '../../../src/triggers/template.ts';

const templates = createTemplates();

/** What the action does with the keys, see `actions/command/argv.ts`. */
function run(keys: Keys): string {
  const words = (valueOf(keys, 'command') as readonly string[]).map(rendered);
  const env = Object.entries((valueOf(keys, 'env') ?? {}) as Record<string, string>);
  const argv = valueOf(keys, 'shell') === true ? ['/bin/sh', '-c', ...words] : words;
  const variables = Object.fromEntries(env.map(([name, value]) => [name, rendered(value)]));
  return execFileSync(argv[0]!, argv.slice(1), {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...variables },
    input: '',
  });
}

function rendered(text: string): string {
  const answer = templates.render(text, { data: {} });
  return answer.ok ? answer.text : answer.reason;
}

test.each([
  ['echo one "two three"', 'one two three\n', false],
  ['echo "$((1 + 2))" | cat', '3\n', true],
  [`printf '%s\\n' '{{.Names}}'`, '{{.Names}}\n', false],
  [`printf '%s\\n' '{{.Names}}' '{% if %}' | cat`, '{{.Names}}\n{% if %}\n', true],
  [`sh -c 'echo "{{x}}"'`, '{{x}}\n', true],
  ['cd / && pwd', '/\n', true],
  [': nothing', '', true],
])('%s prints the same', (line, output, isShell) => {
  const keys = commandKeys({ line, env: {} });
  expect(valueOf(keys, 'shell') === true).toBe(isShell);
  expect(run(keys)).toBe(output);
});

test('its input arrives, line by line, whatever is in it', () => {
  const keys = commandKeys({ line: 'tr a-z A-Z; echo done', input: `it's {{x}}\n"two" $HOME`, env: {} });
  expect(run(keys)).toBe('IT\'S {{X}}\n"TWO" $HOME\ndone\n');
});

test.each([
  [['sh', '-c', `echo "it's {{x}}"`], "it's {{x}}\n"],
  [['printf', '%s', '{{x}}', `'`], `{{x}}'`],
])('%j as an argv prints the same', (argv, output) => {
  expect(run(argvKeys(argv, {}))).toBe(output);
});

test('another shell is that shell', () => {
  const keys = commandKeys({
    line: 'a=(1 2); echo "${#a[@]} {{x}}"',
    shell: '/bin/bash',
    env: { X: '{{y}}' },
  });
  expect(valueOf(keys, 'command')).toEqual(['/bin/bash', '-c', 'eval "$IMPORTED_LINE"']);
  expect(run(keys)).toBe('2 {{x}}\n');
});

test.each([
  ['/usr/local/bin/backup.sh --all', 'backup'],
  ['cd /srv/app && php artisan schedule:run', 'artisan'],
  ['test -x /usr/sbin/anacron || { cd / && run-parts /etc/cron.daily; }', 'run-parts'],
  ['[ -x /usr/lib/x ] && /usr/lib/php/sessionclean', 'sessionclean'],
  ['A=1 nice -n 10 /usr/bin/env python3 "/srv/report.py"', 'report'],
  ['sh', 'sh'],
])('%s is called %s', (line, name) => {
  expect(nameOf(line)).toBe(name);
});
