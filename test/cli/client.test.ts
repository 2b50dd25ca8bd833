/** Holds the client to reaching the service wherever its folder is, and to saying plainly when it does not. */
import type { RequestListener } from 'node:http';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/cli/client.ts';
import { openControlSocket } from '../../src/service/control-socket.ts';
import { newFolder, serveControl } from './support/command-line.ts';
import { fakeControl, RUN } from './support/fake-control.ts';

/** A state folder whose socket a handler of the test answers. */
async function answeredBy(handler: RequestListener): Promise<string> {
  const stateDir = await newFolder();
  const socket = await openControlSocket(stateDir, handler);
  onTestFinished(() => socket[Symbol.asyncDispose]());
  return stateDir;
}

function status(stateDir: string): Promise<unknown> {
  return connect(() => stateDir).status();
}

describe('a state folder with a long path', () => {
  test.runIf(process.platform === 'linux')(
    'is reached all the same, also for output that takes its time',
    async () => {
      const stateDir = join(await newFolder(), 'a'.repeat(90), 'b'.repeat(90));
      await mkdir(stateDir, { recursive: true });
      const { control } = fakeControl();
      await serveControl(stateDir, control);
      expect(await status(stateDir)).toMatchObject({ pid: 4_711 });
      const output = connect(() => stateDir).output(RUN, {
        follow: false,
        signal: new AbortController().signal,
      });
      let text = '';
      for await (const chunk of output) text += chunk.text;
      expect(text).toContain('line 1');
    },
  );

  test('without a service is one without a service', async () => {
    await expect(status(`/nowhere/${'a'.repeat(200)}`)).rejects.toMatchObject({ code: 'not_running' });
  });
});

describe('nobody answers', () => {
  test('where there is no folder, no socket, or one that a dead service left', async () => {
    const folder = await newFolder();
    const dead = createSocketServer();
    await new Promise<void>((resolve) => dead.listen(join(folder, 'other.sock'), resolve));
    await expect(status(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'not_running' });
    await expect(status(folder)).rejects.toMatchObject({ code: 'not_running' });
    await writeFile(join(folder, 'control.sock'), '');
    await expect(status(folder)).rejects.toMatchObject({ code: 'not_running' });
    dead.close();
  });

  test.skipIf(process.getuid?.() === 0)(
    'that this user may ask: denied (skipped for root, who may)',
    async () => {
      const stateDir = await answeredBy(() => {});
      await chmod(join(stateDir, 'control.sock'), 0);
      await expect(status(stateDir)).rejects.toMatchObject({ code: 'denied' });
    },
  );
});

describe('a service that misbehaves', () => {
  test('by breaking off is unavailable', async () => {
    const stateDir = await answeredBy((request) => request.socket.destroy());
    await expect(status(stateDir)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('broke off'),
    });
  });

  test('by accepting the call and saying nothing is unavailable after as long as the caller waits', async () => {
    const stateDir = await answeredBy(() => {});
    await expect(connect(() => stateDir, { silenceMs: 20 }).status()).rejects.toMatchObject({
      code: 'unavailable',
      message: 'the service has not answered for 0.02 s',
    });
  });

  test('by answering something else is no service of ours', async () => {
    const stateDir = await answeredBy((_request, response) => response.end('<html>'));
    await expect(status(stateDir)).rejects.toMatchObject({ code: 'internal' });
    const stranger = await answeredBy((_request, response) =>
      response.writeHead(500).end('{"error":"strange"}'),
    );
    await expect(status(stranger)).rejects.toMatchObject({
      code: 'internal',
      message: 'the service answered 500',
    });
  });

  test('by stopping in the middle of output says so', async () => {
    const stateDir = await answeredBy((request, response) => {
      response.write('{"stream":"out","text":"a"}\n', () => request.socket.destroy());
    });
    const output = connect(() => stateDir).output(RUN, {
      follow: true,
      signal: new AbortController().signal,
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of output) seen.push(chunk.text);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'unavailable' });
    expect(seen).toEqual(['a']);
  });

  test('by failing in the middle of output passes the reason on', async () => {
    const stateDir = await answeredBy((_request, response) =>
      response.end('{"stream":"out","text":"a"}\n{"error":"unavailable","message":"disk gone"}\n'),
    );
    const output = connect(() => stateDir).output(RUN, {
      follow: true,
      signal: new AbortController().signal,
    });
    const reading = (async () => {
      for await (const _chunk of output);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'unavailable', message: 'disk gone' });
  });
});

describe('output that is followed', () => {
  test('arrives whole, wherever its lines and characters are cut', async () => {
    const bytes = Buffer.from(
      ['ü', '漢', '✅\n'].map((text) => `${JSON.stringify({ stream: 'out', text })}\n`).join(''),
    );
    const stateDir = await answeredBy((_request, response) => {
      const send = (at: number): void => {
        if (at >= bytes.length) response.end();
        else response.write(bytes.subarray(at, at + 1), () => setImmediate(send, at + 1));
      };
      send(0);
    });
    let text = '';
    for await (const chunk of connect(() => stateDir).output(RUN, {
      follow: true,
      signal: new AbortController().signal,
    }))
      text += chunk.text;
    expect(text).toBe('ü漢✅\n');
  });

  test('ends when the reader leaves', async () => {
    const closed = Promise.withResolvers<void>();
    const stateDir = await answeredBy((_request, response) => {
      response.write('{"stream":"out","text":"a"}\n');
      response.on('close', closed.resolve);
    });
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const chunk of connect(() => stateDir).output(RUN, { follow: true, signal: abort.signal })) {
      seen.push(chunk.text);
      abort.abort();
    }
    await closed.promise;
    expect(seen).toEqual(['a']);
  });
});

test('nothing is asked before a call is made', () => {
  let asked = 0;
  connect(() => `/folder/${(asked += 1)}`);
  expect(asked).toBe(0);
});
