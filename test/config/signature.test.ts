/** Holds the description of a signature to what it promises: five lines are enough, and a broken one is refused with the remedy. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import { NOW_MS, loaded, said } from './support/load.ts';

function hook(...lines: readonly string[]): string {
  return [
    '[[triggers.webhooks]]',
    'id = "x"',
    'path = "/x"',
    'secret = "pass-word"',
    'action = "command"',
    'command = ["true"]',
    ...lines,
  ].join('\n');
}

const table = (...lines: readonly string[]): string => hook('[triggers.webhooks.signature]', ...lines);

describe('five lines', () => {
  it('describe a sender with a time, an id, a label and an encoding of its own', async () => {
    const { snapshot } = await loaded(
      table(
        'header = "X-Acme-Signature"',
        'timestamp = "X-Acme-Time"',
        'id = "X-Acme-Id"',
        'signed = "{id}:{timestamp}:{body}"',
        'versions = ["v2=", "v1="]',
      ),
    );
    const trigger = snapshot.webhooks.get(triggerId('webhook', 'x'));
    const time = String(NOW_MS / 1_000);
    const signature = createHmac('sha256', 'pass-word').update(`7:${time}:{}`).digest('hex');
    const headers = { 'x-acme-time': time, 'x-acme-id': '7', 'x-acme-signature': `v1=${signature}` };
    const delivery = { method: 'POST', url: '/x', headers, body: Buffer.from('{}'), receivedAt: NOW_MS };
    expect(trigger?.verify(delivery)).toEqual({ ok: true });
    expect(trigger?.verify({ ...delivery, receivedAt: NOW_MS + 300_001 })).toEqual({
      ok: false,
      reason: 'timestamp off by -300 s',
    });
    expect(trigger?.verify({ ...delivery, body: Buffer.from('{ }') })).toEqual({
      ok: false,
      reason: 'wrong signature',
    });
    expect(trigger?.deliveryId).toEqual({ kind: 'header', name: 'x-acme-id' });
    expect(trigger?.secretHeaders).toContain('x-acme-signature');
  });

  it('describe a time beside the signature, and text after the body', async () => {
    const { snapshot } = await loaded(
      table(
        'header = "X-Sig"',
        'timestamp = "list:t="',
        'timestamp_unit = "ms"',
        'signed = "{body}|{timestamp}"',
        'versions = "s="',
        'separator = ";"',
        'algorithm = "sha512"',
        'encoding = "base64"',
      ),
    );
    const trigger = snapshot.webhooks.get(triggerId('webhook', 'x'));
    const signature = createHmac('sha512', 'pass-word').update(`{}|${NOW_MS}`).digest('base64');
    const headers = { 'x-sig': `t=${NOW_MS}; s=${signature}` };
    expect(
      trigger?.verify({ method: 'POST', url: '/x', headers, body: Buffer.from('{}'), receivedAt: NOW_MS }),
    ).toEqual({ ok: true });
  });
});

describe('what no signature can be', () => {
  it.each([
    [['signed = "{body}"'], /header: .*expected/],
    [['header = "X Sig"'], /header: expected a header such as "X-Signature"/],
    [['header = "X-Sig"', 'signed = "{timestamp}"'], /signed: leaves the body out/],
    [
      ['header = "X-Sig"', 'signed = "{timestamp}.{body}"'],
      /timestamp: is missing: `signed` has {timestamp}/,
    ],
    [['header = "X-Sig"', 'signed = "{id}.{body}"'], /id: is missing/],
    [['header = "X-Sig"', 'signed = "{body}{body}"'], /more than once/],
    [['header = "X-Sig"', 'signed = "{payload}{body}"'], /signed: has no {payload}: write {id}/],
    [['header = "X-Sig"', 'timestamp = "X-Time"'], /timestamp: is not signed, and so proves nothing/],
    [['header = "X-Sig"', 'algorithm = "md5"'], /algorithm: expected "sha1"/],
    [['header = "X-Sig"', 'algorithm = "ed25519"'], /secret: the secret here is the sender's public key/],
    [['header = "X-Sig"', 'secret_format = "base64"'], /secret: this secret must be base64/],
    [['header = "X-Sig"', 'versions = ["v 1"]'], /versions.*: expected/],
    [['header = "X-Sig"', 'tolerance = "soon"'], /tolerance: expected a length of time/],
    [['header = "X-Sig"', 'heder = "X-Sig"'], /heder: there is no such key; did you mean "header"/],
  ])('%j is refused with the remedy', async (lines, message) => {
    const issues = await said(table(...lines));
    expect(issues.join('\n')).toMatch(message);
    expect(issues.join('\n')).not.toContain('pass-word');
  });

  it.each([
    ['auth = "bearer"', /there is `signature` already/],
    ['provider = "github"', /there is provider = "github" already/],
  ])('%s beside it is refused', async (line, message) => {
    expect((await said(hook(line, '[triggers.webhooks.signature]', 'header = "X-Sig"'))).join()).toMatch(
      message,
    );
  });
});

describe('a token that no header can carry', () => {
  it('is refused like a bearer secret, and a signing secret is not', async () => {
    const gitlab = hook('provider = "gitlab"').replace('pass-word', 'pass-wörd');
    expect((await said(gitlab)).join()).toMatch(/secret: no HTTP header can carry this secret/);
    expect(await said(gitlab.replace('gitlab', 'github'))).toEqual([]);
  });
});

describe('verify_token', () => {
  it('is missed where Meta could not confirm the address, and idle elsewhere', async () => {
    expect((await said(hook('provider = "meta"'))).join()).toMatch(/\(warning\).*`verify_token` is missing/);
    expect(await said(hook('provider = "meta"', 'verify_token = "t"'))).toEqual([]);
    expect((await said(hook('provider = "github"', 'verify_token = "t"'))).join()).toMatch(
      /\(warning\).*only provider = "meta"/,
    );
  });
});

describe('public_url', () => {
  const server = (url: string): string => `[triggers.server]\npublic_url = "${url}"\n`;

  it.each(['https://hooks.example.com', 'https://example.com/untether/', 'http://127.0.0.1:9876'])(
    'may be %s',
    async (url) => {
      expect((await loaded(server(url))).snapshot.server.publicUrl).toBe(url.replace(/\/$/, ''));
    },
  );

  it.each([
    'hooks.example.com',
    'ftp://example.com',
    'https://u:p@example.com',
    'https://example.com/?a',
    'https://',
  ])('may not be %s', async (url) => {
    expect((await said(server(url))).join()).toMatch(/public_url: expected what stands before the path/);
  });
});
