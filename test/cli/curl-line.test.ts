/** Holds the ready-made line to working as it stands and to showing no secret where it may be kept. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { curlLine } from '../../src/cli/curl-line.ts';
import type { SentTo } from '../../src/cli/webhooks.ts';

const ADDRESS = 'http://127.0.0.1:9876';

function webhook(id: string, how: SentTo['how'], signs?: SentTo['signs']): SentTo {
  const config = {} as SentTo['config'];
  return { id, path: `/${id}`, how, signs, config, publicUrl: undefined, scheme: 'http' };
}

/** The words that a shell makes of the line. */
function words(line: string | undefined, env: NodeJS.ProcessEnv = {}): readonly string[] {
  return execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${line ?? ''}`], { encoding: 'utf8', env })
    .trimEnd()
    .split('\n');
}

describe('the line', () => {
  test('calls the first webhook that asks for no signature', () => {
    const webhooks = [webhook('signed', 'github', 's'), webhook('open', 'none'), webhook('later', 'none')];
    const line = curlLine(webhooks, { address: ADDRESS, maySayLiteral: false });
    expect(words(line)).toEqual([
      'curl',
      '-X',
      'POST',
      '-H',
      'Content-Type: application/json',
      '-d',
      '{"hello":"world"}',
      `${ADDRESS}/open`,
    ]);
  });

  test('asks no name of a certificate that is for another one', () => {
    const line = curlLine([webhook('open', 'none')], {
      address: 'https://127.0.0.1:1',
      maySayLiteral: false,
    });
    expect(words(line).slice(0, 3)).toEqual(['curl', '-k', '-X']);
    expect(words(line).at(-1)).toBe('https://127.0.0.1:1/open');
  });

  test('shows a secret of the file to a person, whatever characters it has', () => {
    const secret = `it's "$HOME" \`x\` \\`;
    const line = curlLine([webhook('b', 'bearer', secret)], { address: ADDRESS, maySayLiteral: true });
    expect(words(line)).toContain(`Authorization: Bearer ${secret}`);
  });

  test('shows none where output may be kept as a log', () => {
    const webhooks = [webhook('b', 'bearer', 's3cret')];
    expect(curlLine(webhooks, { address: ADDRESS, maySayLiteral: false })).toBeUndefined();
  });

  test('names a variable instead of showing it', () => {
    const line = curlLine([webhook('b', 'bearer', { env: 'TOKEN' })], {
      address: ADDRESS,
      maySayLiteral: true,
    });
    expect(line).toContain('$TOKEN');
    expect(words(line, { TOKEN: 'a b' })).toContain('Authorization: Bearer a b');
  });

  test.each([
    ['a secret in a file', webhook('b', 'bearer', { file: 'x' })],
    ['a signature', webhook('b', 'hmac-sha256', 's')],
    ['a user name', webhook('b', 'basic', 's')],
  ])('is left out for %s', (_what, one) => {
    expect(curlLine([one], { address: ADDRESS, maySayLiteral: true })).toBeUndefined();
  });
});
