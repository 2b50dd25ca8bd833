/** Every sender that is known by name, through the real process: its own signature passes, any other does not. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { providerNames } from '../../src/triggers/auth.ts';
import { senders } from '../triggers/senders.ts';
import type { Sender } from '../triggers/senders.ts';
import type { Reply, Service } from '../support/untether.ts';
import { Sandbox } from '../support/untether.ts';

const ORIGIN = 'https://hooks.example.com';
const head = (url = ORIGIN): string => `[triggers.server]\nport = 0\npublic_url = "${url}"\n`;

function hook(name: string, ...lines: readonly string[]): string {
  return [
    '[[triggers.webhooks]]',
    `id = "${name}"`,
    `path = "/${name}"`,
    'action = "command"',
    'command = ["true"]',
    ...lines,
    '',
  ].join('\n');
}

function ofProvider(name: string, { secret }: Pick<Sender, 'secret'>): string {
  return hook(
    name,
    `provider = "${name}"`,
    `secret = "${secret}"`,
    ...(name === 'meta' ? ['verify_token = "tok en"'] : []),
  );
}

const toml = head() + providerNames.map((name) => ofProvider(name, senders[name])).join('');

/** What the sender of that name sends, signed with `secret`. */
function deliver(service: Service, name: keyof typeof senders, secret: string): Promise<Reply> {
  const sender: Sender = senders[name];
  const at = Date.now();
  const body = sender.body(at, secret);
  const url = `${ORIGIN}/${name}`;
  const sent = sender.send({ secret, body, at, id: 'msg_1', url });
  const headers = { 'content-type': sender.contentType, ...sent.headers };
  return service.post((sent.url ?? url).slice(ORIGIN.length), body, headers);
}

describe('a sender that is known by name', () => {
  it('is let in with its own signature, and nobody else is', async () => {
    await using sandbox = await Sandbox.make(toml);
    const service = await sandbox.start();
    for (const name of providerNames) {
      const sender: Sender = senders[name];
      const good = await deliver(service, name, sender.secret);
      expect([name, good.status, good.body]).toEqual([name, 202, expect.stringContaining('accepted')]);
      const other = await deliver(service, name, sender.other);
      expect([name, other.status, other.body]).toEqual([name, 401, '{"error":"unauthorized"}']);
    }
  });

  it('may write a delivery anew when it sends it again: it runs once, and no attempt is refused', async () => {
    await using sandbox = await Sandbox.make(toml);
    const service = await sandbox.start();
    const { secret } = senders.stripe;
    const attempt = (pending: number, id = 'evt_1'): Promise<Reply> => {
      const body = JSON.stringify({ id, type: 'charge.succeeded', pending_webhooks: pending });
      const at = Math.floor(Date.now() / 1_000);
      const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
      return service.post('/stripe', body, { 'stripe-signature': `t=${at},v1=${signature}` });
    };
    const first = await attempt(2);
    const again = await attempt(1);
    expect([first.status, again.status]).toEqual([202, 200]);
    expect(JSON.parse(again.body)).toEqual({
      status: 'duplicate',
      run: (JSON.parse(first.body) as { run: string }).run,
    });
    expect((await attempt(1, 'evt_2')).status).toBe(202);
  });

  it('is played by `send`, except where only it has the key', async () => {
    await using sandbox = await Sandbox.make(toml);
    await sandbox.start();
    await sandbox.write('form', 'A=1&B=2');
    const form = ['--data', 'form', '--type', 'application/x-www-form-urlencoded'];
    // One of each kind; how the others are signed is tested where it is decided.
    for (const name of ['linear', 'microsoft-graph', 'stripe', 'telegram', 'twilio', 'sendgrid'] as const) {
      const { code, stdout, stderr } = await sandbox.run('send', name, ...(name === 'twilio' ? form : []));
      if (name === 'sendgrid')
        expect([name, code, stderr]).toEqual([
          name,
          2,
          expect.stringContaining('only the sender itself can sign'),
        ]);
      else expect([name, code, stdout]).toEqual([name, 0, expect.stringMatching(/^202 /)]);
    }
  });

  it('is described in five lines where it is not', async () => {
    const described = hook(
      'acme',
      'secret = "pass-word"',
      '[triggers.webhooks.signature]',
      'header = "X-Acme-Signature"',
      'timestamp = "X-Acme-Time"',
      'signed = "{timestamp}.{url}.{body}"',
      'versions = ["v1="]',
    );
    await using sandbox = await Sandbox.make(head() + described);
    const service = await sandbox.start();
    const time = String(Math.floor(Date.now() / 1_000));
    const text = `${time}.${ORIGIN}/acme?a=1.{}`;
    const signature = `v1=${createHmac('sha256', 'pass-word').update(text).digest('hex')}`;
    const headers = { 'x-acme-time': time, 'x-acme-signature': signature };
    expect((await service.post('/acme?a=1', '{}', headers)).status).toBe(202);
    expect((await service.post('/acme?a=2', '{}', headers)).status).toBe(401);
    expect((await sandbox.run('send', 'acme')).stdout).toMatch(/^202 /);
  });
});

describe('the URL that is signed', () => {
  const open = `[triggers.server]\nport = 0\n`;

  async function twilio(
    service: Service,
    url: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<number> {
    const body = senders.twilio.body(0, '');
    const sent = senders.twilio.send({ secret: senders.twilio.secret, body, at: 0, id: '1', url });
    const typed = { 'content-type': 'application/x-www-form-urlencoded', ...headers, ...sent.headers };
    return (await service.post('/twilio', body, typed)).status;
  }

  it('is what the Host header says, and what a proxy says only where it is trusted', async () => {
    await using sandbox = await Sandbox.make(open + ofProvider('twilio', senders.twilio));
    const service = await sandbox.start();
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example' };
    expect(await twilio(service, `${service.url}/twilio`, {})).toBe(202);
    expect(await twilio(service, 'http://b.example/twilio', { host: 'b.example' })).toBe(202);
    expect(await twilio(service, 'https://a.example/twilio', forwarded)).toBe(401);
    await sandbox.save(`${open}trusted_proxies = ["127.0.0.1"]\n${ofProvider('twilio', senders.twilio)}`);
    expect((await sandbox.run('reload')).code).toBe(0);
    expect(await twilio(service, 'https://a.example/twilio', forwarded)).toBe(202);
    expect(await twilio(service, 'https://a.example:443/twilio', forwarded)).toBe(202);
  });
});

describe('a question whether somebody listens', () => {
  interface Status {
    readonly deliveries: { readonly today: Readonly<Record<string, number>> };
  }

  it('is answered as each provider wants it, counted, and starts no run', async () => {
    await using sandbox = await Sandbox.make(toml);
    const service = await sandbox.start();
    const ask = (
      name: keyof typeof senders,
      body: string,
      more: Readonly<Record<string, string>> = {},
    ): Promise<Reply> => {
      const sender: Sender = senders[name];
      const sent = sender.send({
        secret: sender.secret,
        body,
        at: Date.now(),
        id: 'h',
        url: `${ORIGIN}/${name}`,
      });
      return service.post(`/${name}`, body, { 'content-type': 'application/json', ...sent.headers, ...more });
    };
    expect(await ask('slack', '{"type":"url_verification","challenge":"abc"}')).toMatchObject({
      status: 200,
      body: 'abc',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    });
    expect(await ask('discord', '{"id":"1","type":1,"token":"t"}')).toMatchObject({
      status: 200,
      body: '{"type":1}',
    });
    expect(await ask('discord', '{"version":1,"type":0}')).toMatchObject({ status: 204, body: '' });
    expect(
      await ask('twitch', '{"challenge":"c-1"}', {
        'twitch-eventsub-message-type': 'webhook_callback_verification',
      }),
    ).toMatchObject({ status: 200, body: 'c-1' });
    expect(await ask('github', '{"zen":"x"}', { 'x-github-event': 'ping' })).toMatchObject({
      status: 200,
      body: '{"status":"pong"}',
    });
    expect(
      await service.get('/meta?hub.mode=subscribe&hub.verify_token=tok%20en&hub.challenge=1158201444'),
    ).toMatchObject({ status: 200, body: '1158201444' });
    expect(
      await service.post('/microsoft-graph?validationToken=Validation%3A%20a%3Cb%3E', '', {}),
    ).toMatchObject({
      status: 200,
      body: 'Validation: a<b>',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    });
    expect((await sandbox.json<Status>('status')).deliveries.today).toEqual({ handshake: 7 });
    expect(await sandbox.json('runs')).toEqual([]);
  });

  it('is answered to nobody else', async () => {
    await using sandbox = await Sandbox.make(toml);
    const service = await sandbox.start();
    const wrong = '/meta?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1';
    expect(await service.get(wrong)).toMatchObject({ status: 401, body: '{"error":"unauthorized"}' });
    expect((await service.post('/slack', '{"type":"url_verification","challenge":"abc"}')).status).toBe(401);
    expect((await service.post('/discord', '{"type":1}')).status).toBe(401);
    expect((await service.post(`/microsoft-graph?validationToken=${'x'.repeat(3_000)}`, '')).status).toBe(
      401,
    );
    for (const path of ['/meta', '/github', '/slack?hub.mode=subscribe&hub.challenge=1'])
      expect(await service.get(path)).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });
});
