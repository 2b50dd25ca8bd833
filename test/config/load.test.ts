import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { numbered } from '../../src/config/loaded.ts';
import { cron, inputFor, loaded, loadText, webhook } from './support/load.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'untether-load-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('loadConfig', () => {
  it('reads a real file and the files of its secrets, and says which to watch', async () => {
    const file = join(folder, 'untether.toml');
    writeFileSync(file, webhook('a', 'secret = { file = "a.secret" }'));
    writeFileSync(join(folder, 'a.secret'), 'x\n');
    const result = await loadConfig(inputFor({ file }));
    expect(result).toMatchObject({
      ok: true,
      loaded: {
        hash: /^[0-9a-f]{12}$/.exec(result.ok ? result.loaded.hash : '')?.[0],
        watch: [file, join(folder, 'a.secret')],
      },
    });
  });

  it('says what to watch for a file that does not load, too', async () => {
    const file = join(folder, 'broken.toml');
    writeFileSync(file, webhook('a', 'secret = { file = "missing.secret" }'));
    expect(await loadConfig(inputFor({ file }))).toMatchObject({
      ok: false,
      kind: 'invalid',
      issues: [{ file, line: 6, column: 1, path: 'triggers.webhooks[0].secret', severity: 'error' }],
      watch: [file, join(folder, 'missing.secret')],
    });
  });

  it('says that a file is missing, a folder, or no UTF-8', async () => {
    writeFileSync(join(folder, 'bad'), Buffer.from([0x61, 0x0a, 0xff]));
    const issue = async (name: string): Promise<unknown> => {
      const result = await loadConfig(inputFor({ file: join(folder, name) }));
      return result.ok
        ? undefined
        : [result.kind, result.issues[0]?.line, result.issues[0]?.column, result.issues[0]?.message];
    };
    expect(await issue('nowhere')).toEqual(['unreadable', 1, 1, 'the file does not exist']);
    expect(await issue('.')).toEqual(['unreadable', 1, 1, 'the file is a folder, not a file']);
    expect(await issue('bad')).toEqual(['unreadable', 2, 1, 'the file is not valid UTF-8']);
  });

  it('refuses a file above 32 MB and reads one of 5 MB', async () => {
    const file = join(folder, 'large.toml');
    const line = `# ${'x'.repeat(1021)}\n`;
    writeFileSync(file, line.repeat(5 * 1024));
    expect((await loadConfig(inputFor({ file }))).ok).toBe(true);
    writeFileSync(file, `${line.repeat(32 * 1024)}#`);
    expect(await loadConfig(inputFor({ file }))).toMatchObject({
      ok: false,
      issues: [{ message: 'the file is larger than 32 MB' }],
    });
  });

  it('leaves the number of the revision to whoever makes it live', async () => {
    const first = await loaded(cron('a'));
    expect(first.snapshot.revision).toBe(0);
    const live = numbered(first, 7);
    expect(live.snapshot).toEqual({ ...first.snapshot, revision: 7 });
    expect(Object.isFrozen(live.snapshot)).toBe(true);
    expect(await loaded(cron('a'), { previous: live })).toBe(live);
  });

  it('takes many triggers at once', async () => {
    const text = Array.from({ length: 500 }, (_, index) => cron(`c${index}`) + webhook(`w${index}`)).join('');
    const { snapshot } = await loaded(text);
    expect([snapshot.crons.size, snapshot.webhooks.size, snapshot.routes.size]).toEqual([500, 500, 500]);
  });
});

describe('whatever is in the file, loading it answers', () => {
  test('random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const text = new TextDecoder().decode(bytes);
        expect(typeof (await loadText(text)).ok).toBe('boolean');
      }),
    );
  });

  test('a good file with random damage', async () => {
    const good = `${cron('a', 'env = { TOKEN = "x" }')}${webhook('b', 'secret = { env = "PATH" }')}[log]\nlevel = "info"\n`;
    const damage = fc.record({
      at: fc.nat(good.length),
      cut: fc.nat(40),
      add: fc.string({ unit: 'binary', maxLength: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, cut, add }) => {
        const result = await loadText(good.slice(0, at) + add + good.slice(at + cut));
        if (!result.ok) {
          expect(result.issues.length).toBeGreaterThan(0);
          for (const issue of result.issues)
            expect(Math.min(issue.line, issue.column)).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('any value in any place', async () => {
    const values = [
      '1',
      '-1.5',
      'true',
      '""',
      '"x"',
      '[]',
      '[1]',
      '{}',
      '{ a = 1 }',
      '2026-01-01',
      'nan',
      '[[[]]]',
      '"{{"',
      '"{% x %}"',
      '{ __proto__ = 1 }',
    ];
    const keys = [
      'triggers',
      'triggers.crons',
      'triggers.webhooks',
      'triggers.server',
      'triggers.server.host',
      'projects',
      'projects.a',
      'engines.b',
      'engines.b.env',
      'secrets',
      'secrets.x',
      'limits.per_engine',
      '__proto__',
      'constructor',
      'toString',
      'log',
      'store.url',
      'reload',
      'transports',
      'transports.telegram',
      'claude',
    ];
    const entry = fc
      .tuple(fc.constantFrom(...keys), fc.constantFrom(...values))
      .map(([name, value]) => `${name} = ${value}`);
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async (entries) => {
        expect(typeof (await loadText(entries.join('\n'))).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  test('any value for any key of a trigger', async () => {
    const values = [
      '1',
      '-1.5',
      'true',
      '""',
      '"x"',
      '[]',
      '[1]',
      '["x"]',
      '{}',
      '{ a = 1 }',
      '{ a = "b" }',
      '2026-01-01',
      '"{{x"',
      '"{{env.X}}"',
      '{ env = "PATH" }',
      '"0s"',
      '{ type = "http_get", url = "x" }',
    ];
    const { cronTable } = await import('../../src/config/schema/cron.ts');
    const { webhookTable } = await import('../../src/config/schema/webhook.ts');
    const entry = fc.tuple(
      fc.constantFrom(...Object.keys(cronTable.shape), ...Object.keys(webhookTable.shape)),
      fc.constantFrom(...values),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('crons', 'webhooks'),
        fc.uniqueArray(entry, { selector: ([name]) => name, maxLength: 8 }),
        async (list, entries) => {
          const text = `[[triggers.${list}]]\n${entries.map(([name, value]) => `${name} = ${value}`).join('\n')}\n`;
          expect(typeof (await loadText(text)).ok).toBe('boolean');
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
