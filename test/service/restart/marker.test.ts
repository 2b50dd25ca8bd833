/** Holds the marker to what its writer wrote: whatever else lies in its place is no marker, and harms nothing. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RestartMarker } from '../../../src/service/restart/marker.ts';
import { markerFile, readMarker, removeMarker, writeMarker } from '../../../src/service/restart/marker.ts';

const NOW = 1_700_000_000_000;
const CHAT = -100;
const marker: RestartMarker = {
  request: 'update:1:2',
  to: { bot: 'default', chat: CHAT, thread: 7 },
  replyTo: 9,
  at: NOW - 1_000,
};
const facts = { now: NOW, knows: ({ chat }: { readonly chat: number }) => chat === CHAT };
const plain = (text: string, mode = 0o600): void => {
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
};
const written = (change: object = {}): string => JSON.stringify({ ...marker, ...change });

let folder: string;
let file: string;
let victim: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'untether-marker-'));
  file = markerFile(folder);
  victim = join(folder, 'victim');
  writeFileSync(victim, written(), { mode: 0o600 });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a marker', () => {
  test('is read back as it was written, is its user’s alone, and leaves nothing beside it', async () => {
    await writeMarker(file, marker);
    expect(await readMarker(file, facts)).toEqual({ kind: 'marker', marker });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['restart.json', 'victim']);
  });

  test('takes the place of a link without following it', async () => {
    symlinkSync(victim, file);
    const before = readFileSync(victim, 'utf8');
    await writeMarker(file, { ...marker, request: 'other' });
    expect(readFileSync(victim, 'utf8')).toBe(before);
    expect(await readMarker(file, facts)).toMatchObject({ marker: { request: 'other' } });
  });

  test('is gone once it is removed, and what a link points to is not', async () => {
    symlinkSync(victim, file);
    await removeMarker(file);
    expect([existsSync(file), existsSync(victim)]).toEqual([false, true]);
    await removeMarker(file);
  });

  test('is none where there is none', async () => {
    expect(await readMarker(file, facts)).toEqual({ kind: 'none' });
  });
});

describe('is no marker', () => {
  test.each<[string, () => void, RegExp]>([
    [
      'a symbolic link to a good one',
      () => {
        symlinkSync(victim, file);
      },
      /ELOOP/,
    ],
    [
      'a hard link to a good one',
      () => {
        linkSync(victim, file);
      },
      /other names/,
    ],
    [
      'a FIFO nobody writes to',
      () => {
        execFileSync('mkfifo', ['-m', '600', file]);
      },
      /no regular file/,
    ],
    [
      'a folder',
      () => {
        mkdirSync(file, { mode: 0o700 });
      },
      /no regular file/,
    ],
    [
      'one its group may read',
      () => {
        plain(written(), 0o640);
      },
      /others may/,
    ],
    [
      'one others may write',
      () => {
        plain(written(), 0o602);
      },
      /others may/,
    ],
    [
      'an empty file',
      () => {
        plain('');
      },
      /something else/,
    ],
    [
      'half of one',
      () => {
        plain(written().slice(0, 20));
      },
      /something else/,
    ],
    [
      'another JSON value',
      () => {
        plain('null');
      },
      /something else/,
    ],
    [
      'one without a place',
      () => {
        plain(written({ to: undefined }));
      },
      /something else/,
    ],
    [
      'one with a name for a chat',
      () => {
        plain(written({ to: { bot: 'default', chat: '@me' } }));
      },
      /something else/,
    ],
    [
      'one with words for a time',
      () => {
        plain(written({ at: 'now' }));
      },
      /something else/,
    ],
    [
      'one of 5 KiB',
      () => {
        plain(written({ request: 'x'.repeat(5_000) }));
      },
      /larger than 4096/,
    ],
    [
      'one of 16 minutes ago',
      () => {
        plain(written({ at: NOW - 960_000 }));
      },
      /another time/,
    ],
    [
      'one of tomorrow',
      () => {
        plain(written({ at: NOW + 86_400_000 }));
      },
      /another time/,
    ],
    [
      'one of a stranger’s chat',
      () => {
        plain(written({ to: { bot: 'default', chat: 1 } }));
      },
      /not configured/,
    ],
  ])('%s', async (_what, plant, reason) => {
    plant();
    expect(await readMarker(file, facts)).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(reason) as string,
    });
    expect(readFileSync(victim, 'utf8')).toBe(written());
  });

  test.skipIf(process.getuid?.() !== 0)('another user’s file (only root can plant one)', async () => {
    plain(written());
    chownSync(file, 65_534, 65_534);
    expect(await readMarker(file, facts)).toMatchObject({
      reason: expect.stringMatching(/another user/) as string,
    });
  });
});
