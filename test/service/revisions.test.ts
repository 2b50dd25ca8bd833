import {
  chmodSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { Loaded } from '../../src/config/loaded.ts';
import { numbered } from '../../src/config/loaded.ts';
import { MemoryService } from '../../src/ledger/memory/service.ts';
import { readOwn, writeOwn } from '../../src/service/own-file.ts';
import { pinnedRevision, rememberPin } from '../../src/service/pinned.ts';
import { chooseRevision, keepRevision, listRevisions } from '../../src/service/revisions.ts';
import { cron, FILE, loaded } from '../config/support/load.ts';
import { FakeClock } from '../support/fake-clock.ts';

let stateDir = '';
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'untether-revisions-'));
});
afterEach(() => {
  rmSync(stateDir, { recursive: true });
});

/** What is live after these texts were, one after the other. */
async function after(...texts: readonly string[]) {
  const deps = { stateDir, service: new MemoryService(), clock: new FakeClock() };
  const lives: Loaded[] = [];
  for (const text of texts) {
    const next = await loaded(text);
    lives.push(numbered(next, await keepRevision(next, deps)));
  }
  const live = lives.at(-1) ?? (await loaded(''));
  const chosen = async (to?: number, putBack?: number): Promise<number | string> => {
    const pin = putBack === undefined ? undefined : { revision: putBack, over: '' };
    const choice = chooseRevision(deps, { live: { ...live, putBack: pin }, to });
    return choice.then(
      ({ revision }) => revision,
      (error: unknown) => (error as Error).message,
    );
  };
  return { deps, live, chosen };
}

const [A, B, C] = [cron('a'), cron('b'), cron('c')] as const;

describe('the revision that is put back', () => {
  test.each([
    { what: 'the one before', texts: [A, B, C], answer: 2 },
    { what: 'the one that is named', texts: [A, B, C], to: 1, answer: 1 },
    { what: 'the one before the one that was put back', texts: [A, B, C, B], putBack: 2, answer: 1 },
    { what: 'one that says something else', texts: [A, B, A, A], answer: 2 },
    { what: 'none before the first', texts: [A], answer: 'there is no revision before 1; kept are 1' },
    { what: 'none that is not kept', texts: [A, B], to: 9, answer: 'there is no revision 9; kept are 2, 1' },
  ])('$what', async ({ texts, to, putBack, answer }) => {
    const { chosen } = await after(...texts);
    expect(await chosen(to, putBack)).toBe(answer);
  });

  it('is none whose text is damaged', async () => {
    const { deps, live, chosen } = await after(A, B);
    const [first] = (await listRevisions(deps, live)).slice(-1);
    const path = join(stateDir, 'revisions', `${first?.hash}.json`);
    writeFileSync(path, JSON.stringify([{ file: 'untether.toml', text: C, mode: 0o600 }]));
    expect(await chosen()).toContain('no revision before 2');
  });

  it('has the files that it had', async () => {
    const { deps, live } = await after(A, B);
    const { files } = await chooseRevision(deps, { live, to: 1 });
    expect(files).toEqual([{ file: FILE, text: A, mode: 0o600 }]);
  });
});

describe('what is kept', () => {
  it('is what the ledger still counts', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => cron(`c${index}`));
    const { deps, live } = await after(...texts);
    expect(readdirSync(join(stateDir, 'revisions'))).toHaveLength(10);
    const numbers = (await listRevisions(deps, live)).map(({ revision }) => revision);
    expect(numbers).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  });

  it('stands in for the files after a restart, until nothing does', async () => {
    const { live } = await after(A, B);
    const pin = { revision: 1, over: 'abc' };
    await rememberPin(stateDir, { ...live, putBack: pin });
    expect(await pinnedRevision(stateDir, FILE)).toMatchObject({ ...pin, files: [{ file: FILE, text: B }] });
    await rememberPin(stateDir, { ...live, putBack: undefined });
    expect(await pinnedRevision(stateDir, FILE)).toBeUndefined();
  });
});

describe('a file of the service’s own', () => {
  it('is replaced whole, and for its owner alone', async () => {
    const path = join(stateDir, 'deep', 'one');
    await writeOwn(path, 'first');
    await writeOwn(path, 'second');
    expect(await readOwn(path)).toBe('second');
    expect([statSync(path).mode & 0o777, readdirSync(join(stateDir, 'deep'))]).toEqual([0o600, ['one']]);
  });

  test.each([
    ['a link', (path: string) => symlinkSync(join(stateDir, 'victim'), path)],
    ['a FIFO', (path: string) => execFileSync('mkfifo', ['-m', '600', path])],
    ['what others may read', (path: string) => writeFileSync(path, 'cut off', { mode: 0o644 })],
  ])('is written past %s in the place of its draft', async (_what, plant) => {
    writeFileSync(join(stateDir, 'victim'), 'untouched');
    plant(join(stateDir, '.new'));
    const path = join(stateDir, 'one');
    await writeOwn(path, 'text');
    expect(await readOwn(path)).toBe('text');
    expect(readFileSync(join(stateDir, 'victim'), 'utf8')).toBe('untouched');
  });

  test.each([
    ['a link', (path: string) => symlinkSync('/etc/hostname', path)],
    ['a FIFO', (path: string) => execFileSync('mkfifo', ['-m', '600', path])],
    ['one that others may read', (path: string) => writeFileSync(path, 'x', { mode: 0o644 })],
    ['a folder', (path: string) => execFileSync('mkdir', ['-m', '700', path])],
    ['one that has another name, too', hardLink],
    ['nothing', () => {}],
  ])('is not %s', async (_what, make) => {
    const path = join(stateDir, 'planted');
    make(path);
    expect(await readOwn(path)).toBeUndefined();
  });
});

function hardLink(path: string): void {
  writeFileSync(path, 'x');
  chmodSync(path, 0o600);
  linkSync(path, `${path}.too`);
}
