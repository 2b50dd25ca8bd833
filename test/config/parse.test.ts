import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it, test } from 'vitest';
import { parseToml } from '../../src/config/parse.ts';
import type { Parsed } from '../../src/config/parse.ts';
import { cutSections } from '../../src/config/sections.ts';
import { cron, webhook } from './support/load.ts';

async function parsed(text: string, known?: Parsed['bySection']): Promise<Parsed> {
  const result = await parseToml(text, known);
  if (!result.ok) throw new Error(result.fault.message);
  return result.parsed;
}

const crons = (one: Parsed): readonly unknown[] =>
  (one.root['triggers'] as { readonly crons: readonly unknown[] }).crons;

/** Lines that are dangerous to a reader that looks at headers only. */
const lines = fc.constantFrom(
  '[[triggers.crons]]',
  '[[triggers.webhooks]]',
  '  [[triggers.crons]]  # x',
  '[[ triggers.crons ]]',
  '[["triggers".crons]]',
  '[triggers]',
  '[triggers.server]',
  '[triggers.crons.fetch]',
  '[[triggers.crons.list]]',
  '[triggers.webhooks.fetch]',
  '[log]',
  '[log.x]',
  '[[list]]',
  '[other] # [[triggers.crons]]',
  '# [[triggers.crons]]',
  '# a\u2028[[triggers.crons]]',
  'a = 1',
  'b.c = 2',
  'crons = []',
  'triggers = { enabled = true }',
  'triggers.enabled = true',
  'triggers.crons = []',
  'd = """',
  '"""',
  "e = '''",
  "'''",
  'f = [',
  '[1],',
  ']',
  '[ ] todo',
  '[a](b)',
  '',
  '\r',
  'g = "[[triggers.crons]]"',
  'h = { x = 1 }',
  'i = 2026-01-01T00:00:00Z',
  '=',
  '"""x"""',
  'j = ["a", # "\n"b"]',
);

describe('reading a file in pieces', () => {
  test('never says anything else than reading it as a whole', async () => {
    const text = fc
      .array(lines, { maxLength: 14 })
      .chain((all) => fc.constantFrom(all.join('\n'), `${all.join('\n')}\n`));
    await fc.assert(
      fc.asyncProperty(text, async (one) => {
        const pieces = await parseToml(one);
        let whole: unknown;
        try {
          whole = parse(one);
        } catch {
          expect(pieces.ok).toBe(false);
          return;
        }
        expect(pieces.ok && pieces.parsed.root).toEqual(whole);
      }),
      { numRuns: 3_000 },
    );
  });

  test('keeps every line where it is in what is left of the file', () => {
    fc.assert(
      fc.property(fc.array(lines), (all) => {
        const text = all.join('\n');
        const { skeleton, list } = cutSections(text);
        const written = text.split('\n');
        for (const [index, line] of skeleton.split('\n').entries())
          if (line !== '') expect(line).toBe(written[index]);
        for (const section of list) expect(section.text.split('\n')[0]).toBe(written[section.line]);
      }),
    );
  });

  it('gives equal pieces the same object as the last time, wherever they stand', async () => {
    const first = await parsed(`${cron('a')}${cron('b')}`);
    const second = await parsed(`# new\n${cron('b')}${cron('c')}`, first.bySection);
    expect(crons(second)[0]).toBe(crons(first)[1]);
  });

  it('gives two equal pieces of one file two objects', async () => {
    const [first, second] = crons(await parsed(`${cron('a')}${cron('a')}`));
    expect(first).toEqual(second);
    expect(first).not.toBe(second);
  });

  it('reads a file as a whole whose strings look like headers', async () => {
    const text = `${cron('a', 'prompt = """', '[[triggers.crons]]', '"""')}${webhook('b')}`;
    const whole = await parsed(text);
    expect(whole.root).toEqual(parse(text));
    expect(whole.sections).toBeUndefined();
  });

  it('lets timers and requests have their turn while it reads a large file', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await parsed(Array.from({ length: 640 }, (_, index) => cron(`job-${index}`)).join(''));
    isDone = true;
    expect(turns).toBeGreaterThanOrEqual(10);
  });
});

describe('a file that is no TOML', () => {
  it('is said with the place and without a piece of its text', async () => {
    const result = await parseToml('ok = 1\nsecret = "hunter2\n');
    expect(result).toEqual({
      ok: false,
      fault: {
        line: 2,
        column: 18,
        message: 'not valid TOML: control characters are not allowed in strings',
      },
    });
  });

  it('is said with the place in the file when the fault is in a trigger', async () => {
    const result = await parseToml(`${cron('a')}${cron('b', 'x = ?')}`);
    expect(result).toMatchObject({ ok: false, fault: { line: 11, column: 5 } });
  });

  it('is refused when it is nested without end', async () => {
    expect(await parseToml(`a = ${'['.repeat(100_000)}`)).toMatchObject({ ok: false });
    expect(await parseToml(`a = ${'{a='.repeat(100_000)}`)).toMatchObject({ ok: false });
  });
});
