/** Holds every action to one promise: what a payload says is text wherever it arrives, or is refused; it never does anything. */
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutbound } from '../../src/net/fetch.ts';
import type { ActionSpec } from '../../src/core/action.ts';
import type { Outcome } from '../../src/core/run.ts';
import { Bench, jsonPayload } from './attempt.ts';
import { serve } from './servers.ts';
import type { TestServer } from './servers.ts';

const SECRET = 'never to be seen';

/** What a sender would write who wants more than to be read. */
const attacks = {
  template: '{{secrets.S}} {% raw %}{{env.HOME}}',
  'end of raw': '{% endraw %}{{secrets.S}}',
  flag: '--upload-pack=touch pwned',
  'short flag': '-x',
  'shell words': '$(touch pwned); `touch pwned` && touch pwned | touch pwned > pwned',
  'path out of the root': '../../pwned',
  'absolute path': '/tmp/untether-pwned',
  'denied path': '.git/hooks/post-commit',
  'end of a header': 'x\r\nX-Evil: 1\r\n\r\nGET /pwned HTTP/1.1',
  'bare line feed': 'x\nX-Evil: 1',
  NUL: 'a\0b',
  'escape sequence': '\u001b]0;pwned\u0007\u001b[2J',
  'user and host': '@evil.example/',
  'other scheme': 'javascript:alert(1)',
  'not in Latin-1': '\u202egnp.exe\u2028',
  'names of the service': '{"env":{"HOME":"x"}}',
} as const;

let bench: Bench;
let server: TestServer;
const outbound = createOutbound();
beforeAll(async () => {
  bench = await Bench.open();
  server = await serve();
});
afterAll(async () => {
  await outbound.close();
  await server[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

/** How an outcome may be when the text did not arrive: refused for good, with a reason in one printable line. */
function expectRefusal(outcome: Outcome): void {
  expect(outcome).toMatchObject({ kind: 'failed', again: 'never' });
  // eslint-disable-next-line no-control-regex
  expect(outcome.reason).toMatch(/^[^\u0000-\u001f\u007f-\u009f]+$/);
  expect(outcome.reason).not.toContain(SECRET);
}

describe.each(Object.entries(attacks))('%s', (_what, text) => {
  async function act(action: ActionSpec): Promise<Outcome> {
    const outcome = await bench.execute(action, {
      payload: jsonPayload({ t: text, env: { HOME: 'forged' }, secrets: { S: 'forged' } }),
      secrets: { S: SECRET },
      environment: { HOME: SECRET },
      outbound,
    });
    expect(await bench.output()).not.toContain(SECRET);
    return outcome;
  }

  const command = (argv: readonly string[], more: object = {}): ActionSpec => ({
    ...{ kind: 'command', argv, shell: false, env: {}, cwd: bench.folder, stdin: 'none', allowFlags: false },
    ...more,
  });
  const forward = (more: object): ActionSpec => ({
    ...{ kind: 'http_forward', url: `${server.url}/`, method: 'POST', headers: {}, relayHeaders: [] },
    ...{ timeoutMs: 20_000, maxBytes: 1_000, allowPrivate: ['127.0.0.0/8'], ...more },
  });

  test('as an argument is that argument, or is refused', async () => {
    const outcome = await act(command(['printf', '[%s]', '{{t}}']));
    if (outcome.kind === 'succeeded') expect(await bench.output()).toBe(`[${text}]`);
    else expectRefusal(outcome);
    expect(outcome.kind === 'failed').toBe(text.startsWith('-') || text.includes('\0'));
  });

  test('as a variable is that variable, or is not started', async () => {
    const outcome = await act(command(['sh', '-c', 'printf "[%s]" "$T"'], { env: { T: '{{t}}' } }));
    if (outcome.kind === 'succeeded') expect(await bench.output()).toBe(`[${text}]`);
    else expect([outcome.kind, text.includes('\0')]).toEqual(['failed', true]);
  });

  test('as a path names a file in its root, or nothing', async () => {
    const outcome = await act({
      ...{ kind: 'file_write', path: '{{t}}', root: bench.path('root'), body: 'x', onConflict: 'overwrite' },
    });
    if (outcome.kind === 'failed') expectRefusal(outcome);
    else expect(outcome.reason).toMatch(new RegExp(`^written to ${bench.path('root')}/`));
  });

  test('as the content of a file is that content', async () => {
    await act({
      ...{ kind: 'file_write', path: 'content', root: bench.path('root'), body: '{{t}}' },
      onConflict: 'overwrite',
    });
    expect(await readFile(bench.path('root', 'content'), 'utf8')).toBe(text);
  });

  test('as a header is that header alone, or nothing is sent', async () => {
    const before = server.received.length;
    const outcome = await act(forward({ headers: { 'X-Title': '{{t}}' } }));
    const sent = server.received.slice(before);
    if (outcome.kind === 'failed') expectRefusal(outcome);
    else expect(sent[0]?.headers['x-title']).toBe(text);
    expect(sent).toHaveLength(outcome.kind === 'failed' ? 0 : 1);
    for (const { headers, url } of sent) expect([headers['x-evil'], url]).toEqual([undefined, '/']);
  });

  test('as a part of a URL stays behind its host', async () => {
    const before = server.received.length;
    const outcome = await act(forward({ url: `${server.url}{{t}}` }));
    if (outcome.kind === 'failed') expectRefusal(outcome);
    expect(server.received.slice(before)).toHaveLength(outcome.kind === 'failed' ? 0 : 1);
    for (const { url, headers } of server.received.slice(before))
      expect([headers.host, /^\//.test(url), headers['x-evil']]).toEqual([
        new URL(server.url).host,
        true,
        undefined,
      ]);
  });

  test('as a body is that body', async () => {
    await act(forward({ body: '{{t}}' }));
    expect(server.received.at(-1)?.body.toString()).toBe(text);
  });

  test('as a message is those words', async () => {
    const outcome = await act({ kind: 'notify_only', message: '{{t}}', silent: true });
    expect(outcome.message?.text).toBe(text);
  });
});

test('and nothing of all this has been done', async () => {
  const names = await readdir(bench.folder, { recursive: true });
  expect(names.filter((name) => /pwned|hooks/.test(name) && !/^root\/(?!\.\.)/.test(name))).toEqual([]);
  expect(await readdir('/tmp').then((all) => all.includes('untether-pwned'))).toBe(false);
});
