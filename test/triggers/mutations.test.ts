/** Holds the table of verdicts to being complete: with any check of the verifier taken away, it fails. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { compileAuth } from '../../src/triggers/auth.ts';
import { complaint, verdictCases } from './verdict-cases.ts';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

interface Mutation {
  readonly without: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const check = 'signature-check.ts';
const mutations: readonly Mutation[] = [
  ['the comparison', check, '&& timingSafeEqual(one, expected)', ''],
  ['its length', check, 'one.length === expected.length && timing', 'timing'],
  [
    'all signatures but the first',
    check,
    'for (const one of given) {',
    'for (const one of given.slice(0, 1)) {',
  ],
  [
    'the check by public key',
    check,
    'given.some((signature) => verify(digest, message, sealed, signature))',
    'given.length > 0',
  ],
  [
    'the check by public key in pieces',
    check,
    "verifier.update(after, 'latin1').verify(sealed, signature)",
    'true',
  ],
  ['the comparison in pieces', check, "isAmong(running.update(after, 'latin1').digest(), given)", 'true'],
  [
    'all keys but the first',
    'verify.ts',
    'for (const check of checks) if',
    'for (const check of checks.slice(0, 1)) if',
  ],
  [
    'the verdict on the signature',
    'verify.ts',
    "return isGood ? checkTime(scheme, delivery) : bad('wrong signature');",
    'return checkTime(scheme, delivery);',
  ],
  [
    'the verdict on it in pieces',
    'verify.ts',
    "return isGood ? checkTime(scheme, head) : bad('wrong signature');",
    'return checkTime(scheme, head);',
  ],
  ['the time', 'verify.ts', 'return isGood ? checkTime(scheme, delivery)', 'return isGood ? GOOD'],
  ['the time in pieces', 'verify.ts', 'return isGood ? checkTime(scheme, head)', 'return isGood ? GOOD'],
  ['the time of the past', 'verify.ts', 'Math.abs(offByMs) <=', 'offByMs <='],
  ['the time to come', 'verify.ts', 'Math.abs(offByMs) <=', '-offByMs <='],
  ['the shape of the time', 'timestamp.ts', 'if (!shapes[unit].test(text)) return undefined;', ''],
  ['the shape of the id', 'signed-text.ts', 'return ID.test(id)', 'return id.length > 0'],
  [
    'the absence of the id',
    'signed-text.ts',
    "if (id === undefined || id === '') return `${placeText(place)} absent`;",
    "if (id === undefined) return { id: '' };",
  ],
  ['the label', 'signatures.ts', 'entry.startsWith(one)', 'entry.length >= one.length'],
  [
    'the need for a label',
    'signatures.ts',
    "return labelRequired || entry.includes('=') ? undefined : entry;",
    'return entry;',
  ],
  [
    'the label of another algorithm',
    'signatures.ts',
    "labelRequired || entry.includes('=') ?",
    'labelRequired ?',
  ],
  ['ASCII of a signature', 'signatures.ts', 'if (!isAscii(value)) {', 'if (value.length > 9_999) {'],
  [
    'the end of base64',
    'signatures.ts',
    "bytes.toString('base64') === text;",
    'textLength(bytes.length, encoding) === text.length;',
  ],
  ['the bound on signatures', 'signatures.ts', 'else if (signatures.length < MAX_SIGNATURES)', 'else'],
  [
    'the scheme of authorization',
    'verify.ts',
    'if (value.slice(0, start.length).toLowerCase() !== start)',
    'if (value.length < start.length)',
  ],
  [
    'ASCII of authorization',
    'verify.ts',
    "if (!isAscii(value)) return bad('authorization header is not ASCII');",
    '',
  ],
  [
    'the comparison of credentials',
    'verify.ts',
    'isAmong(Buffer.from(value.slice(start.length), decode), accepted)',
    'true',
  ],
  [
    'the comparison of a token',
    'verify.ts',
    "if (!isAmong(Buffer.from(one ?? ''), accepted)) areGood = false;",
    '',
  ],
  ['ASCII of a token', 'verify.ts', "!given.every((one) => isAscii(one ?? ''))", 'given.length > 9'],
  ['a token in each item', 'verify.ts', 'given.includes(undefined)', 'false'],
  ['a token at all', 'verify.ts', 'given.length === 0 ||', ''],
  ['the hash of the body', 'verify.ts', "given.toLowerCase() === hash('sha256', body)", 'true'],
  [
    'the cover of a body that is no form',
    'verify.ts',
    "if (body.length === 0 || isUrlEncoded(headers['content-type']))",
    'if (true)',
  ],
  [
    'the other of two ways',
    'verify-any.ts',
    'better(one.verify(delivery), other.verify(delivery))',
    'one.verify(delivery)',
  ],
  ['the body', 'signed-text.ts', "const hasBody = template.includes('{body}');", 'const hasBody = false;'],
].map(([without, file, from, to]) => ({ without, file, from, to }) as Mutation);

/** The verifier of a copy of the source in which one thing is another. */
async function mutated({ file, from, to }: Mutation): Promise<typeof compileAuth> {
  const folder = await mkdtemp(join(tmpdir(), 'untether-mutation-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const part of ['core', 'triggers'])
    await cp(join(SOURCE, part), join(folder, part), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const path = join(folder, 'triggers', file);
  const text = await readFile(path, 'utf8');
  // A check that was written anew has to be written anew here as well.
  expect(text.split(from)).toHaveLength(2);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
  const copy = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'triggers/auth.ts')).href)) as {
    readonly compileAuth: typeof compileAuth;
  };
  return copy.compileAuth;
}

test.each(verdictCases)('$name', (one) => {
  expect(complaint(compileAuth, one)).toBeUndefined();
});

test.each(mutations)('the table fails without $without', { timeout: 30_000 }, async (mutation) => {
  const compile = await mutated(mutation);
  expect(verdictCases.flatMap((one) => complaint(compile, one) ?? [])).not.toEqual([]);
});

test('an unchanged copy passes, so that it is the change that fails', async () => {
  const compile = await mutated({
    without: '',
    file: 'verify.ts',
    from: 'const GOOD: Verdict',
    to: 'const GOOD: Verdict',
  });
  expect(verdictCases.flatMap((one) => complaint(compile, one) ?? [])).toEqual([]);
});
