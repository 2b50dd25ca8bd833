/** Holds `verify` to naming the step at which a delivery fails, without ever giving away what would have passed. */
import { createHmac } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AT, deliveryOf, senders } from '../triggers/senders.ts';
import { command } from './support/command-line.ts';
import type { Ended } from './support/command-line.ts';
import { configured } from './support/folder.ts';

const { secret } = senders.slack;

const CONFIG = `
[triggers.server]
public_url = "https://hooks.example.com"
${['slack', 'github', 'twilio']
  .map(
    (name) => `[[triggers.webhooks]]
id = "${name}"
path = "/hook"
provider = "${name}"
secret = ["${senders.slack.other}", { env = "SENT" }]
action = "command"
command = ["true"]
`,
  )
  .join('')}`;

interface Recorded {
  readonly webhook?: string;
  readonly headers?: string;
  readonly body?: string;
  readonly words?: readonly string[];
}

const at = new Date(AT).toISOString();
const slack = deliveryOf(senders.slack);
const slackBody = Buffer.from(slack.body).toString();
const lines = (headers: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
const github = (body: string): string =>
  `X-Hub-Signature-256: sha256=${createHmac('sha256', secret).update(body).digest('hex')}\n`;

async function verify(recorded: Recorded): Promise<Ended> {
  const {
    webhook = 'slack',
    headers = lines(slack.headers),
    body = slackBody,
    words = ['--at', at],
  } = recorded;
  const cwd = await configured(CONFIG);
  await writeFile(join(cwd, 'headers'), headers);
  await writeFile(join(cwd, 'body'), body);
  const line = ['verify', '--webhook', webhook, '--headers', 'headers', '--body', 'body', ...words];
  const ended = await command(line, { cwd, env: { SENT: secret } });
  // Of the header itself nothing is repeated, and of what it should be nothing is known.
  const right = [github(body), github(body.trim())].map((one) => one.trim().slice(-64));
  for (const one of [secret, senders.slack.other, ...right])
    expect(ended.stdout + ended.stderr).not.toContain(one);
  return ended;
}

test('lets a good delivery pass, judged as of when it came', async () => {
  expect(await verify({})).toEqual({ code: 0, stdout: 'good: slack lets this delivery in\n', stderr: '' });
});

test('says what is wrong, and on a line of its own what helps', async () => {
  const { stdout } = await verify({ webhook: 'github', headers: github('{}'), body: '{}\n' });
  expect(stdout.split('\n')).toEqual([
    'refused: body re-encoded: the signature fits the body without its last line end',
    expect.stringMatching(/^ {2}hand on the bytes as they came/),
    '',
  ]);
});

test('reads what curl -v shows, and JSON', async () => {
  const shown = `* Connected\n> POST /hook HTTP/1.1\n${lines(slack.headers).replaceAll(/^/gm, '> ')}`.replace(
    '* Connected\n',
    '',
  );
  expect((await verify({ headers: shown })).code).toBe(0);
  expect((await verify({ headers: JSON.stringify(slack.headers) })).code).toBe(0);
});

describe('names the step that failed', () => {
  const late = new Date(AT + 412_000).toISOString();

  test.each<[string, Recorded, string]>([
    ['a header that is absent', { headers: 'Host: x\n' }, 'header x-slack-request-timestamp absent'],
    ['a clock that is off', { words: ['--at', late] }, 'timestamp off by -412 s'],
    [
      'another label',
      { headers: lines(slack.headers).replace('v0=', 'v1=') },
      'signature is not labelled v0=',
    ],
    [
      'a signature cut short',
      { headers: lines(slack.headers).replace(/..\n$/, '\n') },
      'signature is not 32 bytes in hex',
    ],
    [
      'a line end that an editor added',
      { body: `${slackBody}\n` },
      'body re-encoded: the signature fits the body without its last line end',
    ],
    [
      'a line end that was lost, of an old delivery too',
      { webhook: 'github', headers: github('{"a":1}\r\n'), body: '{"a":1}' },
      'body re-encoded: the signature fits the body with CRLF after it',
    ],
    [
      'JSON that was printed anew',
      { webhook: 'github', headers: github('{"a":[1,2]}'), body: '{ "a": [1, 2] }' },
      'body re-encoded: the signature fits the body as JSON without spaces',
    ],
    [
      'JSON that Python printed before',
      { webhook: 'github', headers: github('{"a": "x,y:z", "b": 1}'), body: '{"a":"x,y:z","b":1}' },
      'body re-encoded: the signature fits the body as JSON with a space after each comma and colon',
    ],
    [
      'a wrong secret',
      { webhook: 'github', headers: github('{}x') },
      'wrong signature: the secret is another',
    ],
  ])('%s', async (_what, recorded, finding) => {
    const { code, stdout } = await verify(recorded);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining(`refused: ${finding}`) });
  });

  test('another URL than the service knows', async () => {
    const { body, headers } = deliveryOf(senders.twilio);
    const words = ['--url', 'http://hooks.example.com/hook'];
    const recorded = { webhook: 'twilio', headers: lines(headers), body: Buffer.from(body).toString() };
    expect((await verify(recorded)).code).toBe(0);
    expect((await verify({ ...recorded, words })).stdout).toContain(
      'another URL: the signature fits https://hooks.example.com/hook',
    );
  });
});

test('a service that speaks TLS itself was called by https', async () => {
  const tls = '[triggers.server.tls]\ncert = "c.pem"\nkey = "k.pem"\n';
  const cwd = await configured(CONFIG.replace(/\[triggers\.server\]\n.*\n/, tls));
  const { body, headers } = deliveryOf(senders.twilio);
  await writeFile(join(cwd, 'headers'), `${lines(headers)}Host: hooks.example.com\n`);
  await writeFile(join(cwd, 'body'), body);
  const words = ['verify', '--webhook', 'twilio', '--headers', 'headers', '--body', 'body', '--at', at];
  expect(await command(words, { cwd, env: { SENT: secret } })).toMatchObject({ code: 0 });
});

test('answers a script', async () => {
  const { code, stdout } = await verify({ words: ['--at', at, '--json'], headers: 'Host: x' });
  expect({ code, answer: JSON.parse(stdout) as unknown }).toEqual({
    code: 1,
    answer: { ok: false, finding: 'header x-slack-request-timestamp absent', remedy: expect.any(String) },
  });
});

describe('what it cannot read', () => {
  test.each<[string, Recorded, { readonly code: number; readonly says: string }]>([
    [
      'a line that is no header',
      { headers: 'X: 1\nwhat is this\n' },
      { code: 2, says: 'line 2 of --headers is no header' },
    ],
    ['half of JSON', { headers: '{"a"' }, { code: 2, says: 'begins like JSON and is none' }],
    [
      'a webhook that is not there',
      { webhook: 'nope' },
      { code: 1, says: 'has no webhook nope; it has slack' },
    ],
    [
      'a URL that is none',
      { words: ['--url', 'hook'] },
      { code: 2, says: '--url is not what a sender calls' },
    ],
  ])('%s', async (_what, recorded, { code, says }) => {
    const ended = await verify(recorded);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({
      code,
      stderr: expect.stringContaining(says),
    });
  });

  test('a file that is missing is named by its flag', async () => {
    const cwd = await configured(CONFIG);
    const words = ['verify', '--webhook', 'slack', '--headers', 'nope', '--body', 'nope'];
    expect((await command(words, { cwd, env: { SENT: secret } })).stderr).toContain(
      '--headers nope cannot be read',
    );
    expect((await command(words.slice(0, 3), { cwd })).stderr).toContain('--headers is missing');
  });
});

describe('a sender that only a plugin knows', () => {
  test('is unknown where the service would not load the plugin', async () => {
    const cwd = await configured(ASKED);
    await mkdir(join(cwd, 'plugins'));
    const text = PLUGIN.replace('{', '{ commands: { help: { run() {} } }, ');
    await writeFile(join(cwd, 'plugins', 'know.mjs'), text);
    await writeFile(join(cwd, 'headers'), 'X-Proof: correct horse\n');
    await writeFile(join(cwd, 'body'), '{}');
    const words = ['verify', '--webhook', 'known', '--headers', 'headers', '--body', 'body'];
    const { code, stdout } = await command(words, { cwd, env: {} });
    expect([code, stdout]).toEqual([1, expect.stringContaining('the command /help is built in')]);
  });

  const PLUGIN = `export default { verifiers: { default: { verify: async ({ headers, secrets }, { state }) => {
    if (headers['x-down'] !== undefined) throw new Error('no keys for ' + secrets[0]);
    return headers['x-proof'] === secrets[0] && (await state.keys()).length === 0
      ? { ok: true } : { ok: false, reason: 'wrong proof, not ' + secrets[0] };
  } } } };`;
  const ASKED = `[[triggers.webhooks]]
id = "known"
path = "/hook"
auth = "plugin:know"
secret = "correct horse"
action = "command"
command = ["true"]
`;

  test.for([
    ['good', 'X-Proof: correct horse\n', 0, ['good: known lets this delivery in', '']],
    ['refused', 'X-Proof: another\n', 1, ['refused: know: wrong proof, not [secret]', /told 401/, '']],
    [
      'unknown',
      'X-Down: 1\n',
      1,
      ['refused: the plugin know: know.mjs:2: no keys for [secret]', /told 503/, ''],
    ],
  ] as const)(
    'is %s as the plugin says, which is asked without the service and gives no secret away',
    async ([, headers, code, said]) => {
      const cwd = await configured(ASKED);
      await mkdir(join(cwd, 'plugins'));
      await writeFile(join(cwd, 'plugins', 'know.mjs'), PLUGIN);
      // Whatever else lies there is not begun.
      await writeFile(join(cwd, 'plugins', 'loop.mjs'), 'for (;;);');
      await writeFile(join(cwd, 'headers'), headers);
      await writeFile(join(cwd, 'body'), '{}');
      const words = ['verify', '--webhook', 'known', '--headers', 'headers', '--body', 'body'];
      const ended = await command(words, { cwd, env: {} });
      expect(ended.stdout.split('\n')).toEqual(
        said.map((one) => (typeof one === 'string' ? one : (expect.stringMatching(one) as unknown))),
      );
      expect(ended.code).toBe(code);
    },
  );
});
