import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Admission } from '../../../src/core/admission.ts';
import type { HandshakeAnswer } from '../../../src/core/trigger.ts';
import { startServer } from '../harness.ts';
import { hexHmac, hmacSha256, sampleWebhook } from '../../triggers/samples.ts';
import { eventually } from '../../support/untether.ts';
import {
  BOUNDARY,
  END,
  FIELD,
  FILE,
  answerOf,
  headOf,
  part,
  requestOf,
  rulesFor,
  startUploadServer,
} from './support.ts';

/** Sends bytes and goes away without a word. */
async function sendAndLeave(port: number, bytes: Buffer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write(bytes, resolve));
  socket.destroy();
}

function documentIn(admissions: readonly Admission[]): unknown {
  return JSON.parse(Buffer.from(admissions[0]?.payload?.body ?? []).toString());
}

describe('an upload', () => {
  it('enters the store as a JSON document, with its files in place', async () => {
    await using up = await startUploadServer();
    const answer = await up.server.raw(requestOf(FILE + FIELD + END));
    expect(answerOf(answer)[0]).toBe(202);
    const payload = up.server.admissions[0]?.payload;
    expect(payload?.contentType).toBe('application/json');
    expect(payload?.headers).toMatchObject({ 'content-type': 'application/json' });
    const file = { field: 'a', filename: 'a.txt', content_type: 'text/plain', size: 7 };
    expect(documentIn(up.server.admissions)).toMatchObject({
      batch: 'seven',
      form: { batch: 'seven' },
      file: { ...file, saved_path: join(up.folder, 'a.txt') },
      files: [{ ...file, saved_path: join(up.folder, 'a.txt') }],
    });
    expect(await readFile(join(up.folder, 'a.txt'), 'utf8')).toBe('content');
  });

  it('is admitted only once its files are in place', async () => {
    await using up = await startUploadServer();
    up.server.world.store = async ({ id, state }) => {
      expect(await up.files()).toEqual(['a.txt']);
      return { kind: 'admitted', run: id, state };
    };
    expect(answerOf(await up.server.raw(requestOf(FILE + END)))[0]).toBe(202);
  });

  it('without a file is one with none; a form in which none was chosen, too', async () => {
    await using up = await startUploadServer();
    const unchosen = part('form-data; name="a"; filename=""', '');
    expect(answerOf(await up.server.raw(requestOf(FIELD + unchosen + END)))[0]).toBe(202);
    expect(documentIn(up.server.admissions)).toEqual({ batch: 'seven', form: { batch: 'seven' }, files: [] });
    expect(await up.files()).toEqual([]);
  });

  it('keeps a file that is empty but has a name, and one that has none', async () => {
    await using up = await startUploadServer();
    const empty = part('form-data; name="a"; filename="empty"', '');
    const nameless = part('form-data; name="b"; filename=""', 'x');
    expect(answerOf(await up.server.raw(requestOf(empty + nameless + END)))[0]).toBe(202);
    expect(await up.files()).toEqual(['empty', 'upload.bin']);
  });

  it('may have a preamble, an epilogue, and come byte by byte', async () => {
    await using up = await startUploadServer();
    const bytes = requestOf(`preamble\r\n${FILE}${FIELD}${END}epilogue`);
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    expect(answerOf(await up.server.raw(...pieces))[0]).toBe(202);
    expect(await readFile(join(up.folder, 'a.txt'), 'utf8')).toBe('content');
  });

  it('is asked for when its sender waits for leave, and not before the sender is known', async () => {
    await using up = await startUploadServer();
    const body = FILE + END;
    const waits = headOf([`Content-Length: ${body.length}`, 'Expect: 100-continue']);
    expect(await up.server.raw(waits, body)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 202 /);
    const stranger = waits.replace(/Bearer [^\r]*/, 'Bearer wrong');
    expect(await up.server.raw(stranger)).toMatch(/^HTTP\/1.1 401 /);
  });

  it.each(['paused', 'draining'] as const)('is not asked for while the service is %s', async (kind) => {
    await using up = await startUploadServer();
    up.server.world.gate = { kind, retryAfterS: 60 };
    expect(await up.server.raw(headOf(['Content-Length: 20000', 'Expect: 100-continue']))).toMatch(
      /^HTTP\/1.1 503 /,
    );
  });

  it('is answered before it is read when it says itself that it is too large', async () => {
    await using up = await startUploadServer();
    // 4,096 for all else, and three files of 10,000.
    expect(await up.server.raw(headOf(['Content-Length: 34097', 'Expect: 100-continue']))).toMatch(
      /^HTTP\/1.1 413 /,
    );
    const most = await up.server.raw(
      headOf(['Content-Length: 34096', 'Expect: 100-continue']),
      'x'.repeat(34_096),
    );
    expect(most).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 400 /);
  });

  it('that ends with anything but an admission leaves no file', async () => {
    await using up = await startUploadServer();
    const answers: string[] = [];
    for (const kind of ['duplicate', 'conflict', 'refused', 'away'] as const) {
      up.server.world.store = ({ id }) => {
        if (kind === 'away') throw new Error('the disk is full');
        return kind === 'refused'
          ? { kind, waiting: 1 }
          : { kind: 'duplicate', run: id, sameBody: kind === 'duplicate' };
      };
      answers.push(await up.server.raw(requestOf(FILE + END)));
      expect(await up.files(), kind).toEqual([]);
    }
    expect(answers.map((answer) => answerOf(answer)[0])).toEqual([200, 409, 429, 503]);
  });

  it('that the rate limit leaves out is not read', async () => {
    await using up = await startUploadServer({ hook: { rateLimit: 1 } });
    expect(answerOf(await up.server.raw(requestOf(FILE + END)))[0]).toBe(202);
    expect(await up.server.raw(headOf(['Content-Length: 200', 'Expect: 100-continue']))).toMatch(
      /^HTTP\/1.1 429 /,
    );
    expect(await up.files()).toEqual(['a.txt']);
  });
});

describe('a body that is no form', () => {
  const named = 'form-data; name="a"; filename="a.txt"';
  it.each([
    ['nothing at all', ''],
    ['no end', FILE],
    ['an end in the middle of a file', FILE.slice(0, -4)],
    ['an end in the middle of a head', FILE.slice(0, 20)],
    ['another boundary', FILE.replaceAll(BOUNDARY, 'abc') + END.replaceAll(BOUNDARY, 'abc')],
    ['a field without a name', part('form-data') + END],
    ['random bytes', '\0\x01\x02--\r\n--x'],
    ['a file after a broken head', `--${BOUNDARY}\r\nContent-Disposition: ${named}\r\nx` + FILE],
  ])('%s is answered 400, and leaves no file', async (_what, body) => {
    await using up = await startUploadServer();
    expect(answerOf(await up.server.raw(requestOf(FIELD + body)))).toEqual([
      400,
      { error: 'invalid multipart' },
    ]);
    expect(await up.files()).toEqual([]);
    expect(up.server.admissions).toEqual([]);
  });

  it.each(['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; charset=utf-8'])(
    '%s names no boundary: 400',
    async (type) => {
      await using up = await startUploadServer();
      const [status] = answerOf(await up.server.raw(requestOf(FILE + END, type)));
      expect(status).toBe(400);
      expect(await up.files()).toEqual([]);
    },
  );

  it.each(['multipart/mixed; boundary=xyz', 'multipart/related; boundary=xyz'])(
    '%s is no upload, as without accept_multipart',
    async (type) => {
      await using up = await startUploadServer();
      expect(answerOf(await up.server.raw(requestOf(FILE + END, type)))).toEqual([
        400,
        { error: 'invalid json' },
      ]);
    },
  );

  it('is refused where uploads are not accepted', async () => {
    await using server = await startServer({ webhooks: [sampleWebhook('hook')] });
    expect(answerOf(await server.raw(requestOf(FILE + END)))).toEqual([400, { error: 'invalid json' }]);
  });
});

describe('a body that is too large', () => {
  const chunked = headOf(['Transfer-Encoding: chunked']);
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

  it.each([
    ['in what comes before the form', `${'x'.repeat(9_000)}\r\n${FILE}${END}`],
    ['in what comes after it', `${FILE}${END}${'x'.repeat(9_000)}`],
    ['in the head of a part', part(`form-data; name="${'x'.repeat(9_000)}"`) + END],
    ['in many fields', part('form-data; name="a"', 'x'.repeat(2_000)).repeat(3) + END],
    ['in parts that are skipped', part('attachment; name="a"', 'x'.repeat(2_000)).repeat(3) + END],
  ])('%s is answered 413', async (_what, body) => {
    await using up = await startUploadServer();
    expect(answerOf(await up.server.raw(requestOf(body)))).toEqual([413, { error: 'payload too large' }]);
    expect(await up.files()).toEqual([]);
  });

  it('without an end is cut where it cannot become an upload any more', async () => {
    await using up = await startUploadServer();
    const endless = Array.from({ length: 40 }, () => chunk('x'.repeat(100_000)));
    const answer = await up.server.raw(chunked, ...endless);
    expect(answerOf(answer)).toEqual([413, { error: 'payload too large' }]);
  });

  it('in one file is cut there, and the files before it go, too', async () => {
    await using up = await startUploadServer();
    const endless = Array.from({ length: 40 }, () => chunk('x'.repeat(100_000)));
    const large = part('form-data; name="b"; filename="b.txt"', '').slice(0, -2);
    const answer = await up.server.raw(chunked, chunk(FILE + large), ...endless);
    expect(answerOf(answer)).toEqual([413, { error: 'file too large' }]);
    expect(await up.files()).toEqual([]);
  });

  it.each([
    ['files', FILE.repeat(4), 'too many parts'],
    ['fields', part('form-data; name="a"', '').repeat(1_001), 'too many parts'],
  ])('by too many %s is answered 413', async (_what, body, error) => {
    await using up = await startUploadServer({ hook: { maxBodyBytes: 1_000_000 } });
    expect(answerOf(await up.server.raw(requestOf(body + END)))).toEqual([413, { error }]);
    expect(await up.files()).toEqual([]);
  });
});

describe('the place of a file', () => {
  async function statusFor(path: string, body: string, ownPaths: readonly string[] = []): Promise<number> {
    await using up = await startUploadServer({ ownPaths });
    const outside = join(up.folder, 'outside');
    await mkdir(outside);
    await mkdir(join(up.folder, 'root'));
    await symlink(outside, join(up.folder, 'root/link'));
    const upload = rulesFor(join(up.folder, 'root'), path);
    const [hook] = up.server.world.snapshot.routes.values();
    if (hook === undefined) throw new Error('there is no webhook');
    up.server.world.snapshot = {
      ...up.server.world.snapshot,
      routes: new Map([['/hook', { ...hook, upload }]]),
    };
    const [status] = answerOf(await up.server.raw(requestOf(body + END)));
    if (status !== 202) expect(await up.files()).toEqual([]);
    return status;
  }

  const named = (name: string): string => part(`form-data; name="a"; filename="${name}"`);
  const batch = (value: string): string => part('form-data; name="batch"', value);

  it.each([
    ['inside of the root', '{{batch}}/{{file.filename}}', 'x/y'],
    ['by a name that is made of nothing', '{{file.filename}}', ''],
  ])('%s is taken', async (_what, path, value) => {
    expect(await statusFor(path, FILE + batch(value))).toBe(202);
  });

  it.each([
    ['outside of the root', '{{batch}}/{{file.filename}}', '..'],
    ['an absolute path of the sender', '{{batch}}', '/tmp/untether-upload-test-x'],
    ['beyond a symbolic link', '{{batch}}/{{file.filename}}', 'link'],
    ['a folder', '{{batch}}/', 'x'],
    ['nothing', '{{batch}}', ''],
    ['a name with NUL', '{{batch}}', 'a\0b'],
    ['a denied folder', '{{batch}}/{{file.filename}}', '.git/hooks'],
    ['too deep', '{{batch}}/{{file.filename}}', 'x/'.repeat(20)],
  ])('%s is refused', async (_what, path, value) => {
    expect(await statusFor(path, FILE + batch(value))).toBe(400);
  });

  it.each(['id_rsa', 'server.pem'])('that would be called %s is refused', async (name) => {
    expect(await statusFor('{{file.filename}}', named(name))).toBe(400);
  });

  it.each(['.env', '..', '.npmrc', '../../etc/passwd', '.untether-upload-x'])(
    'of a file called %s is one inside of the root',
    async (name) => {
      expect(await statusFor('{{file.filename}}', named(name))).toBe(202);
    },
  );

  it('never has the name of what is there, nor that of a field that would stand for the file', async () => {
    await using up = await startUploadServer();
    await writeFile(join(up.folder, 'a.txt'), 'older');
    const shadow = part('form-data; name="file"', 'evil') + part('form-data; name="secrets"', 'evil');
    expect(answerOf(await up.server.raw(requestOf(shadow + FILE + END)))[0]).toBe(202);
    expect((await up.files()).toSorted()).toEqual(['a.txt', 'a_1.txt']);
    expect(await readFile(join(up.folder, 'a.txt'), 'utf8')).toBe('older');
  });
});

it('forgets an upload whose sender leaves, and serves the next', async () => {
  await using up = await startUploadServer();
  const whole = requestOf(FILE + FIELD + END);
  for (const length of [whole.length - 1, whole.length - 40, 250]) {
    await sendAndLeave(up.server.bound.port, whole.subarray(0, length));
    await eventually('nothing is left', async () => (await up.files()).length === 0);
  }
  expect(up.server.admissions).toEqual([]);
  expect(answerOf(await up.server.raw(whole))[0]).toBe(202);
});

describe('a sender who signs', () => {
  const body = FILE + FIELD + END;
  const signed = (signature: string): string =>
    headOf([`Content-Length: ${body.length}`, `X-Signature: ${signature}`]);

  it('is known by the raw bytes, in any pieces', async () => {
    await using up = await startUploadServer({ hook: { auth: hmacSha256 } });
    const pieces = [body.slice(0, 30), body.slice(30, 31), body.slice(31)];
    expect(answerOf(await up.server.raw(signed(hexHmac('sha256', body)), ...pieces))[0]).toBe(202);
    expect(await up.files()).toEqual(['a.txt']);
  });

  it('signs what follows the form, too', async () => {
    await using up = await startUploadServer({ hook: { auth: hmacSha256 } });
    const whole = `${body}epilogue`;
    const head = (text: string): string =>
      headOf([`Content-Length: ${whole.length}`, `X-Signature: ${hexHmac('sha256', text)}`]);
    expect(answerOf(await up.server.raw(head(body), whole))[0]).toBe(401);
    expect(answerOf(await up.server.raw(head(whole), whole))[0]).toBe(202);
    expect(await up.files()).toEqual(['a.txt']);
  });

  it('wrongly leaves no file', async () => {
    await using up = await startUploadServer({ hook: { auth: hmacSha256 } });
    expect(answerOf(await up.server.raw(signed(hexHmac('sha256', `${body} `)), body))).toEqual([
      401,
      { error: 'unauthorized' },
    ]);
    expect(await up.files()).toEqual([]);
    expect(up.server.admissions).toEqual([]);
  });

  it.each(['paused', 'draining'] as const)('leaves no file while the service is %s', async (kind) => {
    await using up = await startUploadServer({ hook: { auth: hmacSha256 } });
    up.server.world.gate = { kind, retryAfterS: 60 };
    expect(answerOf(await up.server.raw(signed(hexHmac('sha256', body)), body))[0]).toBe(503);
    expect(await up.files()).toEqual([]);
  });
});

it('leaves no file of what its provider asks by a form', async () => {
  const handshake = (): HandshakeAnswer => ({ status: 200, contentType: 'text/plain', body: 'pong' });
  await using up = await startUploadServer({ hook: { handshake } });
  expect(await up.server.raw(requestOf(FILE + END))).toMatch(/^HTTP\/1.1 200 /);
  expect(await up.files()).toEqual([]);
});

it('answers a fault in the program with a plain 500 whose words stay in the log', async () => {
  const verifyStream = (): never => {
    throw new TypeError('the secret is hunter2');
  };
  await using up = await startUploadServer({ hook: { verifyStream } });
  const answer = await up.server.raw(requestOf(FILE + END));
  expect(answerOf(answer)).toEqual([500, { error: 'internal error' }]);
  expect(up.server.logged).toHaveLength(1);
});
