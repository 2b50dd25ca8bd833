/** HTTPS by the service itself: files that are replaced while it runs, a port that never closes, and what people see of it. */
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { issue } from '../support/certificate.ts';
import type { Issued } from '../support/certificate.ts';
import { Sandbox, Service, eventually } from '../support/untether.ts';

const TLS = '[triggers.server.tls]\ncert = "live/fullchain.pem"\nkey = { file = "live/privkey.pem" }\n';
const hook = (id: string, how: string): string =>
  `[[triggers.webhooks]]\nid = "${id}"\npath = "/${id}"\n${how}\nsecret = "pass-word"\naction = "command"\ncommand = ["true"]\n`;
const toml = (tls = TLS): string =>
  `[triggers.server]\nport = 0\nrate_limit = 1000000\n${tls}${hook('one', 'auth = "bearer"')}${hook('twilio', 'provider = "twilio"')}`;
const bearer = { authorization: 'Bearer pass-word' };

interface Status {
  readonly address: string;
  readonly certificate: { readonly expiresAt: string; readonly fingerprint: string } | null;
  readonly conditions: ReadonlyArray<{ readonly code: string }>;
}

/** The files as certbot keeps them: links in `live`, which are turned to the newest in `archive`. */
class Lineage {
  readonly #sandbox: Sandbox;
  #count = 0;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  async renew({ cert, key }: Issued): Promise<void> {
    this.#count += 1;
    await this.#turn('privkey', key);
    await this.#turn('fullchain', cert);
  }

  /** Something else in the place of the key, by an editor that renames it over. */
  async spoil(key: string): Promise<void> {
    await writeFile(this.#sandbox.path('live/.new'), key, { mode: 0o600 });
    await rename(this.#sandbox.path('live/.new'), this.#sandbox.path('live/privkey.pem'));
  }

  async #turn(name: string, pem: string): Promise<void> {
    const path = (file: string): string => this.#sandbox.path(file);
    for (const folder of ['archive', 'live']) await mkdir(path(folder), { recursive: true });
    const file = `archive/${name}${this.#count}.pem`;
    await writeFile(path(file), pem, { mode: 0o600 });
    await symlink(`../${file}`, path(`live/${name}.next`));
    await rename(path(`live/${name}.next`), path(`live/${name}.pem`));
  }
}

interface Answer {
  readonly status: number;
  readonly connection: string;
  readonly shown: string | undefined;
}

/** Delivers over TLS and tells which certificate it saw. */
function deliver({ url }: Pick<Service, 'url'>, agent: Agent | false = false): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = { method: 'POST', headers: bearer, agent, rejectUnauthorized: false };
  const sent = request(`${url}/one`, options, (response) => {
    const { socket, statusCode = 0, headers } = response;
    const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.fingerprint256 : undefined;
    response.resume().once('end', () => {
      resolve({ status: statusCode, connection: headers.connection ?? '', shown });
    });
  });
  sent.once('error', reject);
  sent.end('{}');
  return promise;
}

/** Connects again and again until it is told to end; answers with what refused it. */
function knock({ url }: Pick<Service, 'url'>): () => Promise<ReadonlySet<string>> {
  const refusals = new Set<string>();
  let isOver = false;
  const once = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.destroy());
      socket.once('error', ({ message }) => refusals.add(message));
      socket.once('close', () => {
        setTimeout(resolve, 2);
      });
    });
  const goOn = async (): Promise<void> => {
    while (!isOver) await once();
  };
  const work = goOn();
  return async () => {
    isOver = true;
    await work;
    return refusals;
  };
}

it('serves with a certificate that is renewed, spoilt, left out and taken again, on one open port', async () => {
  await using sandbox = await Sandbox.make(toml());
  const lineage = new Lineage(sandbox);
  const [first, second] = [issue(), issue()];
  await lineage.renew(first);
  const service = await sandbox.start();
  const { url } = service;
  const shows = async ({ fingerprint }: Issued): Promise<boolean> =>
    (await deliver(service)).shown === fingerprint;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const refusals = knock(service);

  expect(url).toMatch(/^https:/);
  expect(await deliver(service, agent)).toMatchObject({ status: 202, shown: first.fingerprint });
  const form = ['--type', 'application/x-www-form-urlencoded', '--data', '-'];
  const sent = await Promise.all([sandbox.run('send', 'one'), sandbox.run('send', 'twilio', ...form)]);
  for (const { code, stdout, stderr } of sent)
    expect({ code, stderr, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^202 /) });

  await lineage.renew(second);
  await eventually('new connections see the new one', () => shows(second), 3_000);
  await service.child.sees(/listens on https:[^"]*, with a certificate until 20\d\d-/);
  expect(await deliver(service, agent)).toEqual({
    status: 202,
    connection: 'keep-alive',
    shown: first.fingerprint,
  });

  await lineage.spoil(first.key);
  await service.child.sees(/"path":"triggers\.server\.tls\.key","problem":"the key does not belong/);
  expect(await shows(second)).toBe(true);

  const over = issue({ to: Date.now() - 86_400_000 });
  await lineage.renew(over);
  await eventually('what has expired is shown all the same', () => shows(over));
  await service.child.sees(/"certificate_expired"/);

  await sandbox.save(toml(''));
  const plainly = new Service(sandbox, service.child, url.replace('https:', 'http:'));
  const send = async (): Promise<number> => (await plainly.post('/one', '{}', bearer)).status;
  await eventually('plain HTTP is spoken on the same port', async () => (await send()) === 202);
  expect(await deliver(service, agent)).toMatchObject({ status: 202, connection: 'close' });
  await service.child.sees(/"listens on http:[^,"]*"/);

  await lineage.renew(second);
  await sandbox.save(toml());
  await eventually('TLS is spoken on it again', () => shows(second));
  await expect(send()).rejects.toThrow();

  expect((await sandbox.run('restart')).code).toBe(0);
  await eventually('the next life shows it, too', () => shows(second));
  expect(await sandbox.json<Status>('status')).toMatchObject({
    address: url,
    certificate: { fingerprint: second.fingerprint },
    conditions: [],
  });
  expect([...(await refusals())]).toEqual([]);
  agent.destroy();
});
