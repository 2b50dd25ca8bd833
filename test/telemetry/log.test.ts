import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { LiveLog } from '../../src/telemetry/log.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Redactor } from '../../src/telemetry/redact.ts';

interface Line {
  readonly msg: string;
  readonly leftOut?: number;
}

describe('the log', () => {
  let folder: string;
  let log: LiveLog;
  let written: string[];
  let now: number;
  const redactor = new Redactor();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'untether-log-'));
    written = [];
    now = 0;
    const terminal = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk.toString('utf8'));
        done();
      },
    });
    log = await createLog({ terminal, redactor, now: () => now });
  });
  afterEach(async () => {
    await log.close();
    await rm(folder, { recursive: true, force: true });
  });

  const linesOf = (text: string): readonly Line[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  const lines = (): readonly Line[] => linesOf(written.join(''));
  const messages = (): readonly string[] => lines().map(({ msg }) => msg);

  it('writes what the level lets through, and follows a change of it at once', async () => {
    log.debug('one');
    log.info('two');
    await log.configure({ level: 'debug' });
    log.debug('three');
    await log.configure({ level: 'error' });
    log.warn('four');
    await log.configure({ level: 'silent' });
    log.error('five');
    expect(messages()).toEqual(['two', 'three']);
  });

  it('goes over to a file and back without losing a line', async () => {
    const file = join(folder, 'untether.log');
    log.info('to the terminal');
    await log.configure({ level: 'info', file });
    log.info('to the file');
    await log.configure({ level: 'info' });
    log.info('to the terminal again');
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('to the file');
    expect(linesOf(await readFile(file, 'utf8')).map(({ msg }) => msg)).toEqual(['to the file']);
    expect(messages()).toEqual(['to the terminal', 'to the terminal again']);
  });

  it('has its file whole once it is closed', async () => {
    const file = join(folder, 'untether.log');
    await log.configure({ level: 'info', file });
    for (let index = 0; index < 20; index += 1) log.info(`line ${index}`);
    await log.close();
    expect(linesOf(await readFile(file, 'utf8'))).toHaveLength(20);
  });

  it.each([
    ['a folder that is not there', 'missing/untether.log', /ENOENT/],
    ['a full disk', '/dev/full', /ENOSPC/],
  ])('says on the terminal that its file cannot be written, and goes on there: %s', async (_, file, why) => {
    await log.configure({ level: 'info', file: resolve(folder, file) });
    await expect
      .poll(() => {
        log.info('still here');
        return messages();
      })
      .toContain('still here');
    expect(messages()[0]).toBe('the log file cannot be written; the log goes on here');
    expect(lines()[0]).toMatchObject({
      file: resolve(folder, file),
      error: expect.stringMatching(why) as string,
    });
  });

  it('masks what is secret in fields', () => {
    redactor.know([new Secret('correct horse')]);
    log.info('told', { error: 'the password is correct horse', headers: { authorization: 'x' } });
    expect(lines()).toMatchObject([
      { error: 'the password is [secret]', headers: { authorization: '[secret]' } },
    ]);
  });

  it('counts what repeats itself instead of writing it, and says how much that was', () => {
    for (let index = 0; index < 75; index += 1) log.warn('again');
    log.warn('something else');
    expect(messages().filter((message) => message === 'again')).toHaveLength(50);
    expect(messages()).toContain('something else');
    now = 10_001;
    log.warn('again');
    expect(lines().at(-1)).toMatchObject({ msg: 'again', leftOut: 25 });
  });
});
