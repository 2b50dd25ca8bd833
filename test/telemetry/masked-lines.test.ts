import { expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { maskedLines } from '../../src/telemetry/masked-lines.ts';
import { Redactor } from '../../src/telemetry/redact.ts';

const key = '-----BEGIN KEY-----\nabcdef\nghijkl\n-----END KEY-----';

/** What is told of these pieces, piece by piece. */
async function told(...pieces: readonly string[]): Promise<readonly string[]> {
  const redactor = new Redactor();
  redactor.know([new Secret('pass-word-1'), new Secret(key)]);
  async function* source(): AsyncGenerator<{ readonly text: string }> {
    for (const text of pieces) yield { text };
  }
  const parts: string[] = [];
  for await (const part of maskedLines(source(), redactor)) parts.push(part);
  return parts;
}

it('tells whole lines as they come, and what is left in the end', async () => {
  expect(await told('one\ntw', 'o\nthree')).toEqual(['one\n', 'two\n', 'three']);
  expect(await told()).toEqual([]);
});

it('masks a secret wherever it is cut', async () => {
  const text = 'it is pass-word-1, yes\n';
  for (let cut = 1; cut < text.length; cut += 1)
    expect((await told(text.slice(0, cut), text.slice(cut))).join('')).toBe('it is [secret], yes\n');
});

it('masks a secret of several lines wherever it is cut, and keeps nothing that only begins like one', async () => {
  const text = `before\n${key}\nafter\n`;
  for (let cut = 1; cut < text.length; cut += 1)
    expect((await told(text.slice(0, cut), text.slice(cut))).join('')).toBe('before\n[secret]\nafter\n');
  const other = '-----BEGIN KEY-----\nother\n';
  expect((await told(...other.split(''))).join('')).toBe(other);
});

it('tells a line that does not end in parts, none of which ends within a secret', async () => {
  const pieces = Array.from({ length: 40 }, () => 'x'.repeat(9_995));
  const parts = await told(...pieces.flatMap((piece) => [piece, 'pass-', 'word-1']));
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.join('')).toBe('xxxxx'.repeat(1_999).concat('[secret]').repeat(40));
});
