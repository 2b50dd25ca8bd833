import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { filesOf, isPattern } from '../../src/config/include.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Loaded } from '../../src/config/loaded.ts';
import { nightIssues } from '../../src/config/nights.ts';
import type { Issue } from '../../src/core/snapshot.ts';
import { cron, inputFor, NOW_MS, webhook } from './support/load.ts';

const MAIN = 'include = ["triggers.d/*.toml"]\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'untether-include-'));
  mkdirSync(join(folder, 'triggers.d'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

async function load(previous?: Loaded) {
  return loadConfig({ ...inputFor({ file: join(folder, 'untether.toml') }), previous });
}

async function good(previous?: Loaded): Promise<Loaded> {
  const result = await load(previous);
  if (!result.ok) throw new Error(`it should load: ${result.issues.map(said).join('\n')}`);
  return result.loaded;
}

/** `a.toml:3:1 path: message`. */
function said({ file, line, column, path, message }: Issue): string {
  return `${file.replace(`${folder}/`, '')}:${line}:${column} ${path}: ${message.replaceAll(`${folder}/`, '')}`;
}

function ids({ snapshot }: Loaded): readonly string[] {
  return [...snapshot.declaredCrons.keys(), ...snapshot.webhooks.keys()];
}

function heldIn({ held }: Loaded): readonly unknown[] {
  return held.map(({ file, keeps, issues }) => [file.replace(`${folder}/`, ''), keeps, issues.map(said)]);
}

describe('the files that an entry names', () => {
  test.each([
    ['*.toml', ['a.toml', 'b.toml']],
    ['?.toml', ['a.toml', 'b.toml']],
    ['b*', ['b.toml', 'b.toml~']],
    ['b.toml', ['b.toml']],
    ['gone.toml', ['gone.toml']],
    ['*.ini', []],
    ['[ab].toml', ['[ab].toml']],
  ])('%s', async (pattern, names) => {
    for (const name of ['b.toml', 'a.toml', '.c.toml', 'b.toml~', 'axtoml']) write(`triggers.d/${name}`, '');
    const { files } = await filesOf(join(folder, 'triggers.d', pattern));
    expect(files).toEqual(names.map((name) => join(folder, 'triggers.d', name)));
  });

  test.each([
    ['triggers.d/*.toml', true],
    ['one.toml', true],
    ['*/one.toml', false],
    ['**/*.toml', false],
    ['triggers.d/', false],
  ])('%s is an entry: %s', (pattern, answer) => {
    expect(isPattern(pattern)).toBe(answer);
  });
});

describe('a configuration of several files', () => {
  it('has the triggers and projects of all, by the names of the files', async () => {
    write('untether.toml', `${MAIN}[projects.here]\npath = "here"\n${cron('m')}`);
    write('triggers.d/b.toml', `${webhook('b')}${cron('b', 'project = "there"')}`);
    write('triggers.d/a.toml', `[projects.there]\npath = "there"\n${cron('a', 'project = "here"')}`);
    const loaded = await good();
    expect(ids(loaded)).toEqual(['cron:m', 'cron:a', 'cron:b', 'webhook:b']);
    // Wherever it is written, a path is relative to the folder of the main file.
    expect([...loaded.snapshot.projects.values()].map(({ path }) => path)).toEqual([
      join(folder, 'here'),
      join(folder, 'there'),
    ]);
    expect(loaded.watch).toEqual(
      ['untether.toml', 'triggers.d', 'triggers.d/a.toml', 'triggers.d/b.toml'].map((name) =>
        join(folder, name),
      ),
    );
  });

  it('has another hash when a file changes, comes or is called otherwise', async () => {
    write('untether.toml', MAIN);
    const hashes = [(await good()).hash];
    const a = write('triggers.d/a.toml', cron('a'));
    hashes.push((await good()).hash);
    write('triggers.d/a.toml', cron('a', 'timezone = "UTC"'));
    hashes.push((await good()).hash);
    rmSync(a);
    write('triggers.d/b.toml', cron('a', 'timezone = "UTC"'));
    hashes.push((await good()).hash);
    expect(new Set(hashes).size).toBe(4);
  });

  it('says at the place in its file what is wrong or odd', async () => {
    write('untether.toml', `${MAIN}${cron('m')}`);
    write('triggers.d/a.toml', `${cron('a')}${cron('b', 'jitter = "soon"')}`);
    write(
      'triggers.d/b.toml',
      cron('night', 'timezone = "Europe/Berlin"').replace('0 9 * * *', '30 2 * * *'),
    );
    const loaded = await good();
    expect(heldIn(loaded)).toMatchObject([
      [
        'triggers.d/a.toml',
        false,
        [expect.stringMatching(/^triggers\.d\/a\.toml:1\d:\d+ triggers\.crons\[1\]\.jitter: /)],
      ],
    ]);
    expect((await nightIssues(loaded, NOW_MS)).map(said)).toEqual([
      expect.stringMatching(/^triggers\.d\/b\.toml:\d:1 triggers\.crons\[0\]\.schedule: clock changes/),
    ]);
  });

  it('warns of an entry that nothing fits, and refuses one that nothing can', async () => {
    write('untether.toml', 'include = ["conf.d/*.toml"]');
    expect((await good()).snapshot.warnings.map(said)).toEqual([
      'untether.toml:1:12 include[0]: no file fits this',
    ]);
    write('untether.toml', 'include = ["*/a.toml"]');
    const result = await load();
    expect(result.ok ? [] : result.issues.map(said)).toEqual([
      expect.stringContaining('no * or ? in a folder'),
    ]);
  });

  it('does not include itself', async () => {
    write('untether.toml', `include = ["*.toml"]\n${cron('m')}`);
    write('more.toml', cron('a'));
    expect(ids(await good())).toEqual(['cron:m', 'cron:a']);
  });

  it('warns of a literal secret in the file that others may read', async () => {
    write('untether.toml', MAIN);
    writeFileSync(join(folder, 'triggers.d', 'a.toml'), webhook('a'), { mode: 0o644 });
    expect((await good()).snapshot.warnings.map(said)).toEqual([
      expect.stringMatching(
        /^triggers\.d\/a\.toml:\d+:1 triggers\.webhooks\[0\]\.secret: this secret stands/,
      ),
    ]);
  });
});

describe('an included file that is wrong', () => {
  test.each([
    ['no TOML', 'x = [', /a\.toml:1:\d+ : not valid TOML/],
    ['settings', '[limits]\nmax_concurrent = 1\n', /a\.toml:1:2 limits: an included file holds triggers and/],
    ['settings of triggers', '[triggers]\nenabled = false\n', /a\.toml:2:1 triggers\.enabled: an included/],
    ['no list', '[triggers]\ncrons = 1\n', /a\.toml:2:1 triggers\.crons: expected a list of tables/],
    ['a project that is there', '[projects.p]\npath = "x"\n', /a\.toml:1:11 projects\.p: there is a project/],
    [
      'an id that is taken',
      cron('m'),
      /triggers\.crons\[0\]\.id: "m" is taken by triggers\.crons\[0\] of untether/,
    ],
    ['an unknown project', cron('a', 'project = "no"'), /a\.toml:\d+:1 triggers\.crons\[0\]\.project: /],
  ])('at a start is left out: %s', async (_what, text, message) => {
    write('untether.toml', `${MAIN}[projects.p]\npath = "."\n${cron('m')}`);
    write('triggers.d/a.toml', text);
    write('triggers.d/b.toml', cron('b'));
    const loaded = await good();
    expect(ids(loaded)).toEqual(['cron:m', 'cron:b']);
    expect(heldIn(loaded)).toEqual([['triggers.d/a.toml', false, [expect.stringMatching(message)]]]);
  });

  it('at a reload keeps what it last said, and blocks no other file', async () => {
    write('untether.toml', `${MAIN}${cron('m')}`);
    write('triggers.d/a.toml', cron('a'));
    const first = await good();
    write('triggers.d/a.toml', `${cron('a')}${cron('x', 'project = "no"')}`);
    write('triggers.d/b.toml', cron('b'));
    const second = await good(first);
    expect(ids(second)).toEqual(['cron:m', 'cron:a', 'cron:b']);
    expect(heldIn(second)).toMatchObject([['triggers.d/a.toml', true, [expect.stringContaining('a.toml')]]]);
    expect(second.snapshot.crons.get('cron:a' as never)).toBe(first.snapshot.crons.get('cron:a' as never));
    write('triggers.d/a.toml', `${cron('a')}${cron('x')}`);
    const third = await good(second);
    expect([ids(third), heldIn(third)]).toEqual([['cron:m', 'cron:a', 'cron:x', 'cron:b'], []]);
  });

  it('is the one that changed, when two have the same id', async () => {
    write('untether.toml', MAIN);
    write('triggers.d/b.toml', cron('taken'));
    const first = await good();
    write('triggers.d/a.toml', cron('taken'));
    const second = await good(first);
    expect(heldIn(second)).toEqual([
      [
        'triggers.d/a.toml',
        false,
        [expect.stringContaining('is taken by triggers.crons[0] of triggers.d/b.toml')],
      ],
    ]);
    expect(second.snapshot).toBe(first.snapshot);
  });

  it('is the one that took away what an unchanged one needs', async () => {
    write('untether.toml', MAIN);
    write('triggers.d/a.toml', `[projects.p]\npath = "."\n`);
    write('triggers.d/b.toml', cron('b', 'project = "p"'));
    const first = await good();
    write('triggers.d/a.toml', '');
    const second = await good(first);
    expect(heldIn(second)).toMatchObject([['triggers.d/a.toml', true, [expect.stringContaining('b.toml')]]]);
    expect(ids(second)).toEqual(['cron:b']);
  });

  it('keeps a wrong main file from nothing: all errors are told, and nothing goes live', async () => {
    write('untether.toml', `${MAIN}${cron('m')}`);
    write('triggers.d/a.toml', cron('a'));
    const first = await good();
    write('untether.toml', `${MAIN}${cron('m', 'jitter = "soon"')}`);
    write('triggers.d/a.toml', cron('a', 'project = "no"'));
    write('triggers.d/b.toml', 'x = [');
    const result = await load(first);
    expect(result.ok ? [] : result.issues.map(({ file }) => file.replace(`${folder}/`, ''))).toEqual([
      'untether.toml',
      'triggers.d/a.toml',
      'triggers.d/b.toml',
    ]);
  });
});

describe('what did not change', () => {
  it('is what it was, whatever another file says now', async () => {
    write('untether.toml', MAIN);
    write('triggers.d/a.toml', cron('a'));
    write('triggers.d/b.toml', cron('b'));
    const first = await good();
    expect(await good(first)).toBe(first);
    write('triggers.d/b.toml', cron('c'));
    const second = await good(first);
    // Neither read as TOML nor compiled again.
    expect(second.documents[1]).toBe(first.documents[1]);
    expect(second.snapshot.crons.get('cron:a' as never)).toBe(first.snapshot.crons.get('cron:a' as never));
  });
});
