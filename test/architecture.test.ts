/** Holds the program to its own layout; every rule is also shown to fail on a small example that breaks it. */
import { describe, expect, test } from 'vitest';
import lockfile from '../package-lock.json' with { type: 'json' };
import packageJson from '../package.json' with { type: 'json' };
import { cycles } from './support/architecture/cycles.ts';
import type { Import } from './support/architecture/imports.ts';
import { importsOf } from './support/architecture/imports.ts';
import { foreignImports, packageTable, stalePackages } from './support/architecture/packages.ts';
import { brokenRanks, rankTable, staleRanks } from './support/architecture/ranks.ts';
import { barrels, longFiles, MAX_LINES } from './support/architecture/shape.ts';
import { folderOf, readTree } from './support/architecture/tree.ts';
import { forbiddenWords } from './support/architecture/words.ts';

const none: readonly string[] = [];
const sources = readTree('src').filter(({ path }) => path.endsWith('.ts'));
const imports = sources.flatMap(importsOf);

function edge(from: string, specifier: string): Import {
  return { from, specifier, line: 1 };
}

describe('the scanner', () => {
  const all = importsOf({
    path: 'src/runs/a.ts',
    text: [
      `import { a } from './static.ts';`,
      `import type { b } from './type.ts';`,
      `import { type c } from './inline-type.ts';`,
      `import './side-effect.ts';`,
      `export * from './star.ts';`,
      `export type { d } from './re-exported.ts';`,
      `const e = async () => import('./dynamic.ts');`,
      `const f: import('./import-type.ts').F = await import(\`./template.ts\`);`,
      `const g = import('./computed' + name);`,
      `// import './comment.ts'`,
      `const h = "import './string.ts'"; export const i = 1; export { h };`,
    ].join('\n'),
  });

  test('finds every form of import and nothing that only looks like one', () => {
    expect(all.map(({ specifier }) => specifier)).toEqual([
      './static.ts',
      './type.ts',
      './inline-type.ts',
      './side-effect.ts',
      './star.ts',
      './re-exported.ts',
      './dynamic.ts',
      './import-type.ts',
      './template.ts',
      '(computed at run time)',
    ]);
  });

  test('names the line', () => {
    expect(all.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 8, 9]);
  });

  test('reads the program', () => {
    expect(imports.length).toBeGreaterThan(10);
  });
});

describe('ranks', () => {
  test('a file imports only from its own folder or a folder of lower rank', () => {
    expect(brokenRanks(rankTable, imports)).toEqual(none);
  });

  test('every folder has its rank, and every rank its folder', () => {
    const folders = new Set(sources.flatMap(({ path }) => folderOf(path) ?? []));
    expect(staleRanks(rankTable, [...folders])).toEqual(none);
  });

  test('no file of the program lies outside the ranked folders', () => {
    expect(sources.filter(({ path }) => path.split('/').length < 3)).toEqual([]);
  });

  test.each([
    ['up', edge('src/core/run.ts', '../runs/lanes.ts')],
    ['sideways', edge('src/runs/lanes.ts', '../ledger/open.ts')],
    ['from a folder without a rank', edge('src/mystery/a.ts', '../core/run.ts')],
    ['to a folder without a rank', edge('src/cli/main.ts', '../mystery/a.ts')],
    ['to a file outside the folders', edge('src/cli/main.ts', '../a.ts')],
  ])('an import that goes %s is refused', (_way, one) => {
    expect(brokenRanks(rankTable, [one])).toHaveLength(1);
  });

  test.each([
    ['down', edge('src/cli/main.ts', '../core/run.ts')],
    ['to its own folder', edge('src/ledger/sqlite/runs.ts', '../open.ts')],
    ['to a package', edge('src/core/ids.ts', 'uuid')],
  ])('an import that goes %s is allowed', (_way, one) => {
    expect(brokenRanks(rankTable, [one])).toEqual(none);
  });

  test('the message names both folders, their ranks and the line', () => {
    const [message] = brokenRanks(rankTable, [edge('src/runs/lanes.ts', '../ledger/open.ts')]);
    expect(message).toContain('src/runs/lanes.ts:1 imports ../ledger/open.ts: runs (rank 1');
  });

  test('a new folder, a folder that is gone and a plan that came true are each reported', () => {
    const table = {
      ranks: { core: { rank: 0, reason: '' }, gone: { rank: 1, reason: '' } },
      planned: { core: '' },
    };
    expect(staleRanks(table, ['core', 'new'])).toEqual([
      'src/new has no rank',
      'src/core is here: no longer planned',
      'there is no src/gone: take it out of the ranks',
    ]);
  });
});

describe('packages', () => {
  test('a folder imports only the packages and parts of Node that it is allowed', () => {
    expect(foreignImports(packageTable, imports)).toEqual(none);
  });

  test('every package that is allowed is a dependency, and imported', () => {
    const dependencies = Object.keys({
      ...packageJson.dependencies,
      ...packageJson.optionalDependencies,
    });
    expect(stalePackages(packageTable, { dependencies, imports })).toEqual(none);
  });

  test('what only tests and builds need is in no installation with `npm ci --omit=dev`', () => {
    const needed = Object.entries(lockfile.packages).flatMap(([folder, one]) => ('dev' in one ? [] : folder));
    const forTests = Object.keys(packageJson.devDependencies).map((name) => `node_modules/${name}`);
    expect(needed).toContain('node_modules/hono');
    expect(needed.filter((folder) => forTests.includes(folder))).toEqual(none);
  });

  test.each([
    ['a package', edge('src/core/run.ts', 'luxon')],
    ['a part of a package', edge('src/core/run.ts', '@scope/name/part')],
    ['a part of Node', edge('src/core/run.ts', 'node:fs')],
    ['a part of Node by its old name', edge('src/ledger/open.ts', 'fs')],
    ['a file outside the program', edge('src/core/run.ts', '../../test/support/reporter.ts')],
    ['a name made up at run time', edge('src/core/run.ts', '(computed at run time)')],
  ])('%s that is not allowed is refused', (_what, one) => {
    expect(foreignImports(packageTable, [one])).toHaveLength(1);
  });

  test.each([
    ['a package', edge('src/core/ids.ts', 'uuid')],
    ['a part of a package', edge('src/server/app.ts', 'hono/body-limit')],
    ['any part of Node, where all are', edge('src/cli/main.ts', 'node:tty')],
    ['a file of the program', edge('src/core/run.ts', './ids.ts')],
  ])('%s that is allowed is no fault', (_what, one) => {
    expect(foreignImports(packageTable, [one])).toEqual(none);
  });

  test('a package that is allowed but gone is reported, and one that the folder does not import', () => {
    const table = { core: { uuid: '', 'node:fs': '', gone: '' }, cli: { 'node:*': '', uuid: '' } };
    const used = [edge('src/core/ids.ts', 'uuid'), edge('src/cli/main.ts', 'node:tty')];
    expect(stalePackages(table, { dependencies: ['uuid'], imports: used })).toEqual([
      'core may import node:fs, and does not',
      'core may import gone, which is gone',
      'cli may import uuid, and does not',
    ]);
  });
});

describe('cycles', () => {
  test('no file depends on itself by way of others', () => {
    expect(cycles(imports)).toEqual(none);
  });

  test('a circle is found and written out', () => {
    const circle = [
      edge('src/cli/main.ts', '../runs/a.ts'),
      edge('src/runs/a.ts', './b.ts'),
      edge('src/runs/b.ts', './c.ts'),
      edge('src/runs/c.ts', './a.ts'),
    ];
    expect(cycles(circle)).toEqual(['src/runs/a.ts → src/runs/b.ts → src/runs/c.ts → src/runs/a.ts']);
  });

  test('a file that imports itself is a circle', () => {
    expect(cycles([edge('src/runs/a.ts', './a.ts')])).toHaveLength(1);
  });

  test('two ways to the same file are no circle', () => {
    const diamond = [
      edge('src/runs/a.ts', './b.ts'),
      edge('src/runs/a.ts', './c.ts'),
      edge('src/runs/b.ts', './d.ts'),
      edge('src/runs/c.ts', './d.ts'),
    ];
    expect(cycles(diamond)).toEqual(none);
  });
});

describe('files', () => {
  test('there are no barrels', () => {
    expect(barrels(sources)).toEqual(none);
  });

  test(`none is longer than ${MAX_LINES} lines`, () => {
    expect(longFiles(sources)).toEqual(none);
  });

  test.each([
    ['an index file', { path: 'src/runs/index.ts', text: 'export const a = 1;' }],
    ['re-exports only', { path: 'src/runs/a.ts', text: `/** A. */\nexport * from './b.ts';` }],
    ['imports passed on', { path: 'src/runs/a.ts', text: `import { b } from './b.ts';\nexport { b };` }],
  ])('a barrel is found: %s', (_what, file) => {
    expect(barrels([file])).toHaveLength(1);
  });

  test('a file that adds something of its own is no barrel', () => {
    const text = `export * from './b.ts';\nexport const own = 1;`;
    expect(barrels([{ path: 'src/runs/a.ts', text }])).toEqual(none);
  });

  test('the last line allowed is allowed, the next is not', () => {
    const path = 'src/runs/a.ts';
    expect(longFiles([{ path, text: 'x\n'.repeat(MAX_LINES) }])).toEqual(none);
    expect(longFiles([{ path, text: 'x\n'.repeat(MAX_LINES + 1) }])).toHaveLength(1);
  });
});

describe('words', () => {
  test('the repository names no path of a machine, no registry and no folder outside itself', () => {
    expect(forbiddenWords(readTree(''))).toEqual(none);
  });

  test.each([
    ['', 'work', 'main/x'].join('/'),
    ['', 'root', '.npm'].join('/'),
    ['https:/', 'registry.example.org'].join('/'),
    ['http:/', 'deb.example.org'].join('/'),
    ['registry', 'npmjs', 'org'].join('.'),
    ['..', 'shared', 'x.md'].join('/'),
  ])('a line that holds one is found', (word) => {
    expect(forbiddenWords([{ path: 'a.md', text: `first\nsee ${word}\n` }])).toEqual([
      expect.stringMatching(/^a\.md:2 holds /),
    ]);
  });
});
