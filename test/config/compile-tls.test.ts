/** Holds what is said about the listener's certificate and key, before anybody connects. */
import { createPrivateKey } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { issue } from '../support/certificate.ts';
import { NOW_MS, loadText, loaded, said, webhook } from './support/load.ts';
import type { LoadOptions } from './support/load.ts';

const DAY_MS = 86_400_000;
const life = { from: NOW_MS - DAY_MS, to: NOW_MS + 90 * DAY_MS };
const own = issue(life);
const other = issue(life);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'untether-tls-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string | Buffer, mode = 0o600): void {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
}

beforeEach(() => {
  write('c.pem', own.cert);
  write('k.pem', own.key);
});

const table = (...lines: readonly string[]): string => `[triggers.server.tls]\n${lines.join('\n')}\n`;
const both = table('cert = "c.pem"', 'key = "k.pem"');
const here = (more: LoadOptions = {}): LoadOptions => ({ file: join(folder, 'untether.toml'), ...more });

describe('a certificate and its key', () => {
  it('make a pair, of which the key is a secret and both are watched', async () => {
    const { snapshot, watch, secrets } = await loaded(both, here());
    expect(snapshot.warnings).toEqual([]);
    expect(snapshot.tls).toMatchObject({
      cert: own.cert.trimEnd(),
      minVersion: 'TLSv1.2',
      validTo: life.to,
      fingerprint: own.fingerprint,
    });
    expect(JSON.stringify(snapshot.tls)).not.toContain('PRIVATE');
    expect(secrets.map((secret) => secret.reveal())).toEqual([own.key.trimEnd()]);
    expect(watch).toEqual(['untether.toml', 'k.pem', 'c.pem'].map((name) => join(folder, name)));
  });

  test.each([
    ['files of a table', table('cert = { file = "c.pem" }', 'key = { file = "k.pem" }')],
    ['credentials of systemd', table('cert = { credential = "c.pem" }', 'key = { credential = "k.pem" }')],
    ['variables', table('cert = { env = "CERT" }', 'key = { env = "KEY" }', 'min_version = "1.3"')],
  ])('may be %s', async (_what, toml) => {
    const env = { CREDENTIALS_DIRECTORY: folder, CERT: own.cert, KEY: own.key };
    const { snapshot } = await loaded(toml, here({ env }));
    expect(snapshot.tls?.fingerprint).toBe(own.fingerprint);
    expect(snapshot.tls?.minVersion).toBe(toml.includes('1.3') ? 'TLSv1.3' : 'TLSv1.2');
  });

  it('are absent where nobody wants them', async () => {
    expect((await loaded('', here())).snapshot.tls).toBeUndefined();
  });

  it('that are renewed are another snapshot, whatever else is in it is the same', async () => {
    const toml = both + webhook('a');
    const previous = await loaded(toml, here());
    expect(await loaded(toml, here({ previous }))).toBe(previous);
    const renewed = issue(life);
    write('c.pem', renewed.cert);
    write('k.pem', renewed.key);
    const { snapshot } = await loaded(toml, here({ previous }));
    expect(snapshot.tls?.fingerprint).toBe(renewed.fingerprint);
    expect([...snapshot.webhooks.values()]).toEqual([...previous.snapshot.webhooks.values()]);
    expect([...snapshot.webhooks.values()][0]).toBe([...previous.snapshot.webhooks.values()][0]);
  });

  it('may have the chain behind it, and stand in one file with it', async () => {
    write('c.pem', `${own.key}${own.cert}${other.cert}`);
    const { snapshot } = await loaded(table('cert = "c.pem"', 'key = "c.pem"'), here());
    expect(snapshot.tls?.fingerprint).toBe(own.fingerprint);
  });
});

const locked = createPrivateKey(own.key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
});
const weak = issue({ ...life, curve: 'P-192' });
const CERT = '2:1 triggers.server.tls.cert:';
const KEY = '3:1 triggers.server.tls.key:';
const PEM = 'expected a certificate in PEM form, -----BEGIN CERTIFICATE-----, not';

describe('what is wrong with them', () => {
  test.each<[string, () => void, readonly unknown[]]>([
    [
      'no certificate there',
      () => {
        rmSync(join(folder, 'c.pem'));
      },
      [
        expect.stringMatching(
          /^2:1 .*the certificate's file .*\/c\.pem does not exist: a certificate in PEM/,
        ),
      ],
    ],
    [
      'no key there',
      () => {
        rmSync(join(folder, 'k.pem'));
      },
      [expect.stringMatching(/^3:1 .*the secret's file .*\/k\.pem does not exist$/)],
    ],
    [
      'neither in PEM form',
      () => {
        write('c.pem', 'x');
        write('k.pem', 'y');
      },
      [`${CERT} ${PEM} anything else`, `${KEY} expected a key in PEM form, -----BEGIN PRIVATE KEY-----`],
    ],
    [
      'a certificate in DER form',
      () => {
        write('c.pem', Buffer.from(own.cert.replace(/-----.*-----/g, ''), 'base64'));
      },
      [expect.stringMatching(/^2:1 .*c\.pem is not valid UTF-8: a certificate in PEM/)],
    ],
    [
      'one in the place of the other',
      () => {
        write('c.pem', own.key);
        write('k.pem', own.cert);
      },
      [
        `${CERT} ${PEM} a key: are cert and key exchanged?`,
        `${KEY} expected a key in PEM form, -----BEGIN PRIVATE KEY-----`,
      ],
    ],
    [
      'a key with a passphrase',
      () => {
        write('k.pem', locked);
      },
      [
        `${KEY} the key has a passphrase, which nobody is asked for: openssl pkey -in OLD -out NEW takes it off`,
      ],
    ],
    [
      'the key of another',
      () => {
        write('k.pem', other.key);
      },
      [
        expect.stringMatching(
          /^3:1 .*: the key does not belong to the certificate "CN=[0-9a-f]+": name the one/,
        ),
      ],
    ],
    [
      'a key that TLS finds too weak',
      () => {
        write('c.pem', weak.cert);
        write('k.pem', weak.key);
      },
      [expect.stringMatching(/^2:1 .*: TLS refuses this certificate or its key.*too small/)],
    ],
  ])('is told at its key: %s', async (_what, spoil, expected) => {
    spoil();
    expect(await said(both, here())).toEqual(expected);
    expect((await loadText(both, here())).ok).toBe(false);
  });

  test.each<[string, string, string]>([
    ['only one of them', table('cert = "c.pem"'), 'triggers.server.tls.key: is missing: expected a path'],
    ['only the other', table('key = "k.pem"'), 'triggers.server.tls.cert: is missing: expected a path'],
    [
      'the key itself',
      table('cert = "c.pem"', `key = """${own.key}"""`),
      'triggers.server.tls.key: expected the path of a file: the text itself belongs into one, chmod 600',
    ],
    [
      'a version of long ago',
      table('cert = "c.pem"', 'key = "k.pem"', 'min_version = "1.1"'),
      'triggers.server.tls.min_version: expected "1.2" or "1.3"',
    ],
  ])('is told where it stands in the file: %s', async (_what, toml, expected) => {
    const all = await said(toml, here());
    expect(all).toEqual([expect.stringContaining(expected)]);
    expect(all.join('')).not.toContain('BEGIN');
  });
});

describe('what is only odd about them', () => {
  const warned = async (): Promise<readonly string[]> => {
    const { snapshot } = await loaded(both, here());
    return snapshot.warnings.map(({ path, message }) => `${path}: ${message.replace(/"CN=.*?"/, 'X')}`);
  };
  const at = 'triggers.server.tls.cert: the certificate X';

  test.each<[string, Parameters<typeof issue>[0], readonly string[]]>([
    ['long ends', { to: NOW_MS + 14 * DAY_MS + 1_000 }, []],
    [
      'that it ends soon',
      { to: NOW_MS + 13 * DAY_MS },
      [`${at} expires at 2026-01-14 00:00:00 (UTC): renew it`],
    ],
    ['that it is over', { to: NOW_MS - 1_000 }, [`${at} expired at 2025-12-31 23:59:59 (UTC): renew it`]],
    [
      'that it has not begun',
      { from: NOW_MS + 1_000 },
      [`${at} is valid from 2026-01-01 00:00:01 (UTC) on, and not before`],
    ],
  ])('is told by day and hour: %s', async (_what, said_, expected) => {
    const odd = issue({ from: NOW_MS - 100 * DAY_MS, to: NOW_MS + 90 * DAY_MS, ...said_ });
    write('c.pem', odd.cert);
    write('k.pem', odd.key);
    expect(await warned()).toEqual(expected);
  });

  it('is told of a key that every user may read', async () => {
    write('k.pem', own.key, 0o644);
    expect(await warned()).toEqual([
      'triggers.server.tls.key: this key stands in a file that every user may read: chmod 600',
    ]);
  });
});
