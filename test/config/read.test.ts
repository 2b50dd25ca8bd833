import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readText } from '../../src/config/read.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'untether-read-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('readText', () => {
  it('reads a file and its permission bits', async () => {
    const path = file('good', 'a = "ü"\n');
    chmodSync(path, 0o640);
    expect(await readText(path, 100)).toEqual({ ok: true, text: 'a = "ü"\n', mode: 0o640 });
  });

  it('leaves a byte order mark out', async () => {
    expect(await readText(file('bom', '\uFEFFa = 1'), 100)).toMatchObject({ text: 'a = 1' });
  });

  it('reads an empty file', async () => {
    expect(await readText(file('empty', ''), 100)).toMatchObject({ ok: true, text: '' });
  });

  it('reads a file as long as it may be, and none that is longer', async () => {
    const path = file('long', 'x'.repeat(2048));
    expect(await readText(path, 2048)).toMatchObject({ ok: true });
    expect(await readText(path, 1024)).toEqual({ ok: false, message: 'is larger than 1 KB' });
  });

  it('reads a file that is longer than it says', async () => {
    expect(await readText('/proc/self/status', 65_536)).toMatchObject({
      ok: true,
      text: expect.stringMatching(/^Name:.*\n[^]*\nnonvoluntary_ctxt_switches:.*\n$/) as string,
    });
    expect(await readText('/proc/self/status', 100)).toMatchObject({ ok: false });
  });

  it('refuses what is not UTF-8, with the place', async () => {
    const bytes = Buffer.concat([Buffer.from('ok = "ä"\nbad = "'), Buffer.from([0xe4]), Buffer.from('"\n')]);
    expect(await readText(file('latin1', bytes), 100)).toEqual({
      ok: false,
      message: 'is not valid UTF-8',
      place: { line: 2, column: 8 },
    });
  });

  it('refuses a folder, a missing file, a circle of links and a file below a file', async () => {
    mkdirSync(join(folder, 'folder'));
    symlinkSync(join(folder, 'circle'), join(folder, 'circle'));
    file('plain', '');
    const read = async (name: string): Promise<unknown> => readText(join(folder, name), 100);
    expect(await read('folder')).toEqual({ ok: false, message: 'is a folder, not a file' });
    expect(await read('nowhere')).toEqual({ ok: false, message: 'does not exist', isMissing: true });
    expect(await read('circle')).toEqual({ ok: false, message: 'is a symbolic link that leads to itself' });
    expect(await read('plain/x')).toEqual({
      ok: false,
      message: 'does not exist: a part of its path is no folder',
    });
  });

  it('refuses a FIFO and a device without waiting for them', async () => {
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    expect(await readText(join(folder, 'fifo'), 100)).toEqual({
      ok: false,
      message: 'is not a regular file',
    });
    expect(await readText('/dev/zero', 100)).toEqual({ ok: false, message: 'is not a regular file' });
  });

  it.skipIf(process.getuid?.() === 0)(
    'refuses a file of somebody else (skipped for root, who may read everything)',
    async () => {
      const path = file('private', 'x');
      chmodSync(path, 0);
      expect(await readText(path, 100)).toEqual({ ok: false, message: 'may not be read by this user' });
    },
  );
});
