/** What a sender of files meets: they are where the file says, the run knows them, and nothing else stays. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';
import type { Reply, Service } from '../support/untether.ts';

const SECRET = 'pass-word';
const authorization = { authorization: `Bearer ${SECRET}` };
const MIB = 1024 * 1024;
const execute = promisify(execFile);
const hasCurl = spawnSync('curl', ['--version']).status === 0;

function toml(keys: string): string {
  return `
[triggers.server]
port = 0
[[triggers.webhooks]]
id = "up"
path = "/up"
secret = "${SECRET}"
accept_multipart = true
${keys}
`;
}

const prints = `
file_root = "in"
file_destination = "{{form.batch}}/{{file.filename}}"
action = "command"
command = ["printf", "%s|", "{{batch}}", "{{form.batch}}", "{{file.filename}}", "{{file.size}}", "{{files.1.saved_path}}"]
`;

interface Refused {
  readonly headers?: Readonly<Record<string, string>>;
  readonly batch?: string;
  readonly status: number;
}

interface Sent {
  readonly status: number;
  readonly body: { readonly run?: string; readonly error?: string; readonly status?: string };
}

async function upload(
  service: Service,
  parts: ReadonlyArray<readonly [string, string | File]>,
  headers: Readonly<Record<string, string>> = authorization,
): Promise<Sent> {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value);
  const response = await fetch(`${service.url}/up`, { method: 'POST', body: form, headers });
  return { status: response.status, body: (await response.json()) as Sent['body'] };
}

function file(name: string, content: string | Uint8Array<ArrayBuffer> = 'content'): File {
  return new File([content], name, { type: 'text/plain' });
}

async function succeeds(sandbox: Sandbox, run: string | undefined): Promise<string> {
  let state = '';
  await eventually('the run succeeds', async () => {
    ({ state } = await sandbox.json<{ state: string }>('runs', run ?? ''));
    return state !== 'queued' && state !== 'running';
  });
  const { stdout } = await sandbox.run('logs', run ?? '');
  expect(state, stdout).toBe('succeeded');
  return stdout;
}

/** Every file under `folder`, relative to it, sorted. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

describe('an upload', () => {
  it('is where its fields say, also those after the files, and its run knows it', async () => {
    await using sandbox = await Sandbox.make(toml(prints));
    const service = await sandbox.start();
    const bytes = new Uint8Array(randomBytes(300_000));
    const sent = await upload(service, [
      ['a', file('../../etc/a b.txt', bytes)],
      ['b', file('second.bin', 'two')],
      ['batch', 'seven'],
    ]);
    expect(sent.status, JSON.stringify(sent.body)).toBe(202);
    const root = sandbox.path('in');
    expect(await filesIn(root)).toEqual(['seven/a_b.txt', 'seven/second.bin']);
    expect(Buffer.compare(await readFile(join(root, 'seven/a_b.txt')), bytes)).toBe(0);
    expect((await stat(join(root, 'seven/a_b.txt'))).mode & 0o777).toBe(0o600);
    const printed = await succeeds(sandbox, sent.body.run);
    expect(printed).toContain(`seven|seven|a_b.txt|300000|${root}/seven/second.bin|`);
  });
});

describe('two files of one name', () => {
  it('of two requests at once both stay', async () => {
    await using sandbox = await Sandbox.make(toml(prints));
    const service = await sandbox.start();
    const contents = ['one', 'two', 'three', 'four'];
    const sent = await Promise.all(
      contents.map((content) =>
        upload(service, [
          ['batch', 'x'],
          ['a', file('a.tar.gz', content)],
        ]),
      ),
    );
    expect(sent.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    const names = ['x/a.tar.gz', 'x/a.tar_1.gz', 'x/a.tar_2.gz', 'x/a.tar_3.gz'];
    expect(await filesIn(sandbox.path('in'))).toEqual(names);
    const kept = await Promise.all(names.map((name) => readFile(join(sandbox.path('in'), name), 'utf8')));
    expect(kept.sort()).toEqual(contents.sort());
  });
});

describe('file_write', () => {
  const keeps = `
action = "file_write"
file_path = "kept/{{file.filename}}"
`;

  it('keeps the files themselves, says where, and writes no form beside them', async () => {
    await using sandbox = await Sandbox.make(toml(keeps));
    const service = await sandbox.start();
    const { body } = await upload(service, [
      ['a', file('a.txt', 'one')],
      ['b', file('a.txt', 'two')],
    ]);
    await succeeds(sandbox, body.run);
    const kept = sandbox.path('.untether/kept');
    expect(await filesIn(kept)).toEqual(['a.txt', 'a_1.txt']);
    const { reason } = await sandbox.json<{ reason: string }>('runs', body.run ?? '');
    expect(reason).toBe(`written to ${kept}/a.txt, ${kept}/a_1.txt`);
  });

  it('writes what `file_body` says beside files that have a destination of their own', async () => {
    const both = `
action = "file_write"
file_destination = "in/{{file.filename}}"
file_path = "notes/{{file.filename}}.json"
file_body = "{{file.sha256}}"
`;
    await using sandbox = await Sandbox.make(toml(both));
    const service = await sandbox.start();
    const { body } = await upload(service, [['a', file('a.txt', 'one')]]);
    await succeeds(sandbox, body.run);
    const hash = createHash('sha256').update('one').digest('hex');
    expect(await readFile(sandbox.path('.untether/notes/a.txt.json'), 'utf8')).toBe(hash);
    expect(await filesIn(sandbox.path('.untether/in'))).toEqual(['a.txt']);
  });
});

describe('nothing is on disk after an upload', () => {
  it.each([
    ['from a stranger', { headers: { authorization: 'Bearer wrong' }, status: 401 }],
    [
      'that the event filter leaves out',
      { headers: { ...authorization, 'x-event-type': 'other' }, status: 200 },
    ],
    ['whose destination leads out of its folder', { batch: '../../x', status: 400 }],
    ['whose destination is denied', { batch: '.ssh', status: 400 }],
  ])('%s', async (_what, { headers = authorization, batch = '', status }: Refused) => {
    await using sandbox = await Sandbox.make(toml(`${prints}event_filter = ["push"]`));
    const service = await sandbox.start();
    const event = { 'x-event-type': 'push', ...headers };
    const sent = await upload(
      service,
      [
        ['a', file('a.txt')],
        ['batch', batch],
      ],
      event,
    );
    expect(sent.status).toBe(status);
    expect(await filesIn(sandbox.path('in'))).toEqual([]);
  });

  it('whose signature is over other bytes', async () => {
    await using sandbox = await Sandbox.make(
      toml(prints.replace('file_root', 'auth = "hmac-sha256"\nfile_root')),
    );
    const service = await sandbox.start();
    const form = new FormData();
    form.append('batch', 'x');
    form.append('a', file('a.txt'));
    const { headers, body } = await encoded(form);
    const post = (signed: Buffer): Promise<Reply> => {
      const signature = createHmac('sha256', SECRET).update(signed).digest('hex');
      return service.post('/up', body, { ...headers, 'x-hub-signature-256': `sha256=${signature}` });
    };
    expect((await post(Buffer.concat([body, Buffer.from(' ')]))).status).toBe(401);
    expect(await filesIn(sandbox.path('in'))).toEqual([]);
    expect((await post(body)).status).toBe(202);
    expect(await filesIn(sandbox.path('in'))).toEqual(['x/a.txt']);
  });

  it('that a filter leaves out, which sees its fields and files', async () => {
    const filter = 'filter = "body.batch == \'x\' && body.files.all(f, f.size < 10.0)"';
    await using sandbox = await Sandbox.make(toml(`${filter}\n${prints}`));
    const service = await sandbox.start();
    const send = (batch: string, content: string): Promise<Sent> =>
      upload(service, [
        ['a', file('a.txt', content)],
        ['batch', batch],
      ]);
    expect((await send('y', 'small')).body).toEqual({ status: 'filtered' });
    expect((await send('x', 'much too large')).body).toEqual({ status: 'filtered' });
    expect(await filesIn(sandbox.path('in'))).toEqual([]);
    expect((await send('x', 'small')).status).toBe(202);
  });

  it('that was sent before, though its boundary is another; another file by the same id is a conflict', async () => {
    await using sandbox = await Sandbox.make(toml(`${prints}dedupe = "header:x-id"`));
    const service = await sandbox.start();
    const headers = { ...authorization, 'x-id': '1' };
    const send = (content: string): Promise<Sent> =>
      upload(
        service,
        [
          ['batch', 'x'],
          ['a', file('a.txt', content)],
        ],
        headers,
      );
    const first = await send('one');
    expect(first.status).toBe(202);
    expect(await send('one')).toEqual({ status: 200, body: { status: 'duplicate', run: first.body.run } });
    expect((await send('two')).status).toBe(409);
    expect(await filesIn(sandbox.path('in'))).toEqual(['x/a.txt']);
    expect(await readFile(sandbox.path('in/x/a.txt'), 'utf8')).toBe('one');
  });

  it('for which no more may wait', async () => {
    const full = prints.replace(/command = .*/, 'command = ["sleep", "1000"]');
    await using sandbox = await Sandbox.make(toml(`${full}max_queued = 1\nmax_concurrent = 1`));
    const service = await sandbox.start();
    const send = (name: string): Promise<Sent> =>
      upload(service, [
        ['batch', 'x'],
        ['a', file(name)],
      ]);
    const { body } = await send('runs');
    await eventually('it runs', async () => {
      const { state } = await sandbox.json<{ state: string }>('runs', body.run ?? '');
      return state === 'running';
    });
    expect([(await send('waits')).status, (await send('turned-away')).status]).toEqual([202, 429]);
    expect(await filesIn(sandbox.path('in'))).toEqual(['x/runs', 'x/waits']);
  });

  it('that is larger than allowed, in its file, its fields or their number', async () => {
    await using sandbox = await Sandbox.make(
      toml(`${prints}max_file_size_bytes = 2048\nmax_body_bytes = 4096\nmax_files = 2`),
    );
    const service = await sandbox.start();
    const some = file('a.txt');
    const sent = [
      await upload(service, [
        ['a', some],
        ['b', file('b.txt', 'x'.repeat(2_049))],
      ]),
      await upload(service, [
        ['a', some],
        ['text', 'x'.repeat(4_000)],
      ]),
      await upload(service, [
        ['a', some],
        ['b', some],
        ['c', some],
      ]),
      await upload(service, [['a', file('huge', 'x'.repeat(MIB))]]),
    ];
    expect(sent.map(({ status, body }) => [status, body.error])).toEqual([
      [413, 'file too large'],
      [413, 'payload too large'],
      [413, 'too many parts'],
      [413, 'payload too large'],
    ]);
    expect(await filesIn(sandbox.path('in'))).toEqual([]);
  });

  it('whose sender leaves in the middle', async () => {
    await using sandbox = await Sandbox.make(toml(prints));
    const service = await sandbox.start();
    const socket = await beginUpload(service, 10 * MIB);
    await eventually('a part of it is on disk', async () => (await filesIn(sandbox.path('in'))).length === 1);
    socket.destroy();
    await eventually('it is gone', async () => (await filesIn(sandbox.path('in'))).length === 0);
    expect((await service.get('/health')).status).toBe(200);
  });

  it('during which the plug was pulled, once the service is back', async () => {
    await using sandbox = await Sandbox.make(toml(prints));
    const first = await sandbox.start();
    await upload(first, [
      ['batch', 'x'],
      ['a', file('kept.txt')],
    ]);
    await beginUpload(first, 10 * MIB);
    await eventually('a part of it is on disk', async () => (await filesIn(sandbox.path('in'))).length === 2);
    await first.kill();
    expect(await filesIn(sandbox.path('in'))).toHaveLength(2);
    await sandbox.start();
    await eventually('it is gone', async () => (await filesIn(sandbox.path('in'))).length === 1);
    expect(await filesIn(sandbox.path('in'))).toEqual(['x/kept.txt']);
  });

  it('that the disk has no room for', async () => {
    await using sandbox = await Sandbox.make(toml(prints));
    const service = await sandbox.startCramped(2_000);
    const sent = await upload(service, [
      ['batch', 'x'],
      ['a', file('huge', 'x'.repeat(4 * MIB))],
    ]);
    expect([sent.status, sent.body.error]).toEqual([503, 'unavailable']);
    expect(await filesIn(sandbox.path('in'))).toEqual([]);
    expect(
      (
        await upload(service, [
          ['batch', 'x'],
          ['a', file('small')],
        ])
      ).status,
    ).toBe(202);
  });
});

it('takes 64 MiB, with the default cap of a body, byte for byte', async () => {
  await using sandbox = await Sandbox.make(toml(`${prints}max_file_size_bytes = ${64 * MIB}`));
  const service = await sandbox.start();
  const bytes = new Uint8Array(randomBytes(64 * MIB));
  const sent = await upload(service, [
    ['a', file('large.bin', bytes)],
    ['batch', 'x'],
  ]);
  expect(sent.status).toBe(202);
  const kept = await readFile(sandbox.path('in/x/large.bin'));
  expect(createHash('sha256').update(kept).digest('hex')).toBe(
    createHash('sha256').update(bytes).digest('hex'),
  );
});

it.skipIf(!hasCurl)('takes what curl sends, which asks for leave first', async () => {
  await using sandbox = await Sandbox.make(toml(prints));
  const service = await sandbox.start();
  await writeFile(sandbox.path('from-curl.bin'), randomBytes(2 * MIB));
  const args = ['-s', '-H', `Authorization: Bearer ${SECRET}`, '-H', 'Expect: 100-continue'];
  const form = ['-F', 'batch=c', '-F', `a=@${sandbox.path('from-curl.bin')}`, `${service.url}/up`];
  const { stdout } = await execute('curl', [...args, ...form]);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'accepted' });
  expect(await filesIn(sandbox.path('in'))).toEqual(['c/from-curl.bin']);
});

interface Encoded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The form as it goes onto the wire. */
async function encoded(form: FormData): Promise<Encoded> {
  const request = new Request('http://h/', { method: 'POST', body: form });
  const body = Buffer.from(await request.arrayBuffer());
  return { headers: { 'content-type': request.headers.get('content-type') ?? '' }, body };
}

/** Sends the head of an upload and a part of its one file, and holds the connection. */
async function beginUpload(service: Service, size: number): Promise<Socket> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  // However it ends, the test ends it.
  socket.on('error', () => {});
  await once(socket, 'connect');
  const head = `POST /up HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${SECRET}\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: ${size}\r\n\r\n`;
  const part = '--xyz\r\nContent-Disposition: form-data; name="a"; filename="a.bin"\r\n\r\n';
  socket.write(head + part + 'x'.repeat(200_000));
  return socket;
}
