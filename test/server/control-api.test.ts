import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Control } from '../../src/core/control.ts';
import { AppError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { createControlApi, createControlListener } from '../../src/server/control-api.ts';
import { controlMethods } from '../../src/server/control-methods.ts';
import type { ControlMethodName } from '../../src/server/control-methods.ts';

interface Recorded {
  readonly control: Control;
  readonly calls: unknown[][];
}

/** A port that answers each call with its own name, and remembers what it was asked. */
function recordingControl(change: Partial<Control> = {}): Recorded {
  const calls: unknown[][] = [];
  const call =
    (name: string) =>
    (...args: unknown[]): unknown => {
      calls.push([name, ...args]);
      return name === 'output' || name === 'hear' ? chunks() : { answered: name };
    };
  const control = Object.fromEntries(Object.keys(controlMethods).map((name) => [name, call(name)]));
  return { control: { ...control, ...change } as unknown as Control, calls };
}

async function* chunks(): AsyncGenerator<{ stream: 'out'; text: string }> {
  yield { stream: 'out', text: 'one\n' };
  await Promise.resolve();
  yield { stream: 'out', text: 'two\n' };
}

/** An output whose every reading goes this way. */
function readingBy(next: () => Promise<IteratorResult<never>>): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

async function post(control: Control, path: string, body: unknown = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await createControlApi(control, silentLog).request(path, { method: 'POST', body: text });
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
}

const RUN = '01a201c8-3574-7492-ab31-15f90b82ebc9';
const order = { to: { bot: 'default', chat: 7 }, request: 'update:1:2' };

/** For every method: what a client sends, and what the port is asked. */
const examples: Record<
  ControlMethodName,
  ReadonlyArray<readonly [input: object, asked: readonly unknown[]]>
> = {
  status: [[{}, []]],
  plugins: [[{}, []]],
  reloadPlugins: [
    [{}, [{}]],
    [{ id: 'hello' }, [{ id: 'hello' }]],
  ],
  watchPlugins: [[{ id: 'hello', watch: true }, [{ id: 'hello', watch: true }]]],
  pluginLog: [[{ id: 'hello', limit: 5, since: 0 }, [{ id: 'hello', limit: 5, since: 0 }]]],
  runs: [
    [{ limit: 20 }, [{ limit: 20 }]],
    [{ dead: true, limit: 20 }, [{ dead: true, limit: 20 }]],
    [{ trigger: 'nightly', state: 'failed', limit: 1 }, [{ trigger: 'nightly', state: 'failed', limit: 1 }]],
  ],
  run: [[{ id: '0190' }, ['0190']]],
  output: [[{ id: '0190', follow: true }, ['0190', { follow: true, signal: expect.any(AbortSignal) }]]],
  next: [
    [{ count: 5 }, [{ count: 5 }]],
    [{ trigger: 'nightly', count: 5, from: 0 }, [{ trigger: 'nightly', count: 5, from: 0 }]],
  ],
  why: [[{ trigger: 'nightly', at: 1_000 }, [{ trigger: 'nightly', at: 1_000 }]]],
  fire: [
    [{ trigger: 'hook' }, [{ trigger: 'hook' }]],
    [
      { trigger: 'hook', dataBase64: 'AP8K', contentType: 'text/plain' },
      [{ trigger: 'hook', data: Buffer.from([0, 255, 10]), contentType: 'text/plain' }],
    ],
  ],
  at: [
    [
      { when: 'tomorrow 9:00', what: { kind: 'command', argv: ['true'] }, zone: 'Europe/Paris' },
      [{ when: 'tomorrow 9:00', what: { kind: 'command', argv: ['true'] }, zone: 'Europe/Paris' }],
    ],
    [
      { when: 'in 5m', what: { kind: 'prompt', prompt: 'hello', engine: 'claude' } },
      [{ when: 'in 5m', what: { kind: 'prompt', prompt: 'hello', engine: 'claude' } }],
    ],
    [
      { when: 'in 5m', what: { kind: 'trigger', trigger: 'nightly' } },
      [{ when: 'in 5m', what: { kind: 'trigger', trigger: 'nightly' } }],
    ],
  ],
  ask: [
    [
      { prompt: 'hello', project: 'app', order: { ...order, replyTo: 7 } },
      [{ prompt: 'hello', project: 'app', order: { ...order, replyTo: 7 } }],
    ],
    [{ prompt: 'and then?', continues: RUN }, [{ prompt: 'and then?', continues: RUN }]],
  ],
  askLater: [
    [
      { text: '30m look', ask: { project: 'app' }, zone: 'UTC', order },
      [{ text: '30m look', ask: { project: 'app' }, zone: 'UTC', order }],
    ],
    [{ text: '30m look', ask: {}, order }, [{ text: '30m look', ask: {}, order }]],
  ],
  readTime: [
    [{ text: '30m', zone: 'UTC', side: 'coming' }, [{ text: '30m', zone: 'UTC', side: 'coming' }]],
    [
      { text: '18:00', trigger: 'nightly', side: 'past' },
      [{ text: '18:00', trigger: 'nightly', side: 'past' }],
    ],
  ],
  missed: [
    [{}, [{}]],
    [{ at: 1_000, chat: 'default/7' }, [{ at: 1_000, chat: 'default/7' }]],
  ],
  restart: [
    [{ force: false }, [{ force: false }]],
    [{ force: true, order, run: RUN }, [{ force: true, order, run: RUN }]],
  ],
  leaveOut: [[{ at: 1_000, chat: 'default/7' }, [{ at: 1_000, chat: 'default/7' }]]],
  makeUp: [
    [{ at: 1_000, which: 'last' }, [{ at: 1_000, which: 'last' }]],
    [
      { at: 1_000, which: 'all', chat: 'default/7', order },
      [{ at: 1_000, which: 'all', chat: 'default/7', order }],
    ],
  ],
  splitTrigger: [[{ text: 'daily review 2h' }, [{ text: 'daily review 2h' }]]],
  decide: [
    [
      { chat: 'default/7', request: 'update:1:2', choice: [RUN] },
      [{ chat: 'default/7', request: 'update:1:2', choice: [RUN] }],
    ],
  ],
  triggers: [[{ chat: 'default/7' }, [{ chat: 'default/7' }]]],
  stats: [[{ since: 0 }, [{ since: 0 }]]],
  pending: [[{ chat: 'default/7' }, [{ chat: 'default/7' }]]],
  runOfMessage: [[{ to: order.to, messageId: 4 }, [order.to, 4]]],
  mute: [
    [
      { trigger: 'nightly', chat: 'default/7', forMs: 0 },
      [{ trigger: 'nightly', chat: 'default/7', forMs: 0 }],
    ],
  ],
  say: [[{ text: '/ping', request: 'a' }, [{ text: '/ping', request: 'a' }]]],
  hear: [[{}, [expect.any(AbortSignal)]]],
  cancel: [
    [{ id: '0190' }, ['0190', { wait: true }]],
    [{ id: '0190', wait: false }, ['0190', { wait: false }]],
  ],
  replay: [
    [{ since: 1 }, [{ since: 1 }]],
    [
      { since: 1, until: 9, trigger: 'push', state: 'skipped', all: false, dryRun: true },
      [{ since: 1, until: 9, trigger: 'push', state: 'skipped', all: false, dryRun: true }],
    ],
  ],
  retry: [
    [{ id: '0190' }, ['0190', {}]],
    [{ id: '0190', order, overBudget: true }, ['0190', { order, overBudget: true }]],
  ],
  pause: [
    [{ trigger: 'nightly', forMs: 60_000, by: 'cli' }, [{ trigger: 'nightly', forMs: 60_000, by: 'cli' }]],
    [{ until: 60_000, by: 'cli' }, [{ until: 60_000, by: 'cli' }]],
  ],
  resume: [[{}, [{}]]],
  reload: [[{}, ['command']]],
  reloadAll: [[{}, ['command']]],
  reloadBots: [
    [{}, [{}]],
    [{ bot: 'alerts' }, [{ bot: 'alerts' }]],
  ],
  reloadHooks: [[{ empty: true }, [{ empty: true }]]],
  reloadTelemetry: [[{}, []]],
  rollback: [
    [{}, [{ source: 'command' }]],
    [{ to: 3 }, [{ to: 3, source: 'command' }]],
  ],
  revisions: [[{}, []]],
  plan: [[{}, []]],
};

describe('every call of the port', () => {
  const rows = Object.entries(examples).flatMap(([name, cases]) =>
    cases.map(([input, asked]) => ({ name, input, asked })),
  );

  it.each(rows)('$name $input reaches it', async ({ name, input, asked }) => {
    const { control, calls } = recordingControl();
    const { status, text } = await post(control, `/v1/${name}`, input);
    expect(status).toBe(200);
    expect(calls).toEqual([[name, ...asked]]);
    if (name !== 'output' && name !== 'hear') expect(JSON.parse(text)).toEqual({ answered: name });
  });

  it.each(Object.keys(controlMethods))('%s refuses a field it does not know', async (name) => {
    const { control, calls } = recordingControl();
    const input = examples[name as ControlMethodName][0]?.[0];
    const { status, text } = await post(control, `/v1/${name}`, { ...input, surprise: 1 });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({
      error: 'invalid_argument',
      message: expect.stringContaining('surprise'),
    });
    expect(calls).toEqual([]);
  });

  const fields = Object.entries(examples).flatMap(([name, cases]) =>
    cases.flatMap(([input]) => Object.keys(input).map((field) => ({ name, input, field }))),
  );

  it.each(fields)('$name refuses a $field of another type', async ({ name, input, field }) => {
    const { control, calls } = recordingControl();
    const { status, text } = await post(control, `/v1/${name}`, { ...input, [field]: [null] });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: 'invalid_argument',
      message: expect.stringContaining(field),
    });
    expect(calls).toEqual([]);
  });
});

describe('a wrong request', () => {
  it.each([
    ['/v1/run', {}, 400, 'invalid_argument'],
    ['/v1/runs', {}, 400, 'invalid_argument'],
    ['/v1/runs', { limit: 0 }, 400, 'invalid_argument'],
    ['/v1/runs', { limit: 1.5 }, 400, 'invalid_argument'],
    ['/v1/fire', { trigger: 'x', dataBase64: 'not base64!' }, 400, 'invalid_argument'],
    ['/v1/at', { when: 'x', what: { kind: 'command', argv: [] } }, 400, 'invalid_argument'],
    ['/v1/status', '{', 400, 'invalid_argument'],
    ['/v1/status', '[]', 400, 'invalid_argument'],
    ['/v1/nothing', {}, 404, 'not_found'],
    ['/v1/toString', {}, 404, 'not_found'],
    ['/', {}, 404, 'not_found'],
  ])('to %s with %j is answered %i', async (path, body, ...[status, error]) => {
    const { control, calls } = recordingControl();
    const answer = await post(control, path, body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ error, message: expect.any(String) });
    expect(calls).toEqual([]);
  });

  it('with a body beyond all bounds is not read', async () => {
    const { control } = recordingControl();
    expect((await post(control, '/v1/status', ' '.repeat(17 * 1024 * 1024))).status).toBe(400);
  });
});

describe('an error of the port', () => {
  it.each([
    [new AppError('ambiguous', 'two fit: a, b'), 409, { error: 'ambiguous', message: 'two fit: a, b' }],
    [new AppError('draining', 'stopping'), 503, { error: 'draining', message: 'stopping' }],
    [new TypeError('secret'), 500, { error: 'internal', message: 'internal error' }],
  ])('%s has its status, thrown or rejected', async (error, status, body) => {
    const thrown = await post(
      recordingControl({
        status: () => {
          throw error;
        },
      }).control,
      '/v1/status',
    );
    const rejected = await post(recordingControl({ plan: () => Promise.reject(error) }).control, '/v1/plan');
    for (const answer of [thrown, rejected]) {
      expect({ status: answer.status, body: JSON.parse(answer.text) as unknown }).toEqual({ status, body });
    }
  });
});

describe('output', () => {
  const input = { id: '0190', follow: true };

  it('is a line of JSON for each chunk', async () => {
    const { text, type } = await post(recordingControl().control, '/v1/output', input);
    expect(type).toBe('application/x-ndjson');
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { stream: 'out', text: 'one\n' },
      { stream: 'out', text: 'two\n' },
    ]);
  });

  it('of an unknown run is not found, whether the port says so at once or when it is read', async () => {
    const unknown = new AppError('not_found', 'no such run');
    const late = readingBy(() => Promise.reject(unknown));
    const answers = [
      await post(
        recordingControl({
          output: () => {
            throw unknown;
          },
        }).control,
        '/v1/output',
        input,
      ),
      await post(recordingControl({ output: () => late }).control, '/v1/output', input),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 404, text: expect.stringContaining('no such run') });
  });

  it('that breaks off ends with a line that says why', async () => {
    async function* broken(): AsyncGenerator<{ stream: 'out'; text: string }> {
      yield { stream: 'out', text: 'one' };
      throw new AppError('unavailable', 'the disk is gone');
    }
    const { status, text } = await post(recordingControl({ output: broken }).control, '/v1/output', input);
    expect(status).toBe(200);
    expect(JSON.parse(text.trimEnd().split('\n')[1] ?? '')).toEqual({
      error: 'unavailable',
      message: 'the disk is gone',
    });
  });

  it('begins before there is any, and ends when the reader leaves', async () => {
    const left = Promise.withResolvers<void>();
    const silent: Control['output'] = (_id, { signal }) => {
      signal.addEventListener('abort', () => left.resolve());
      return readingBy(() => left.promise.then(() => ({ done: true, value: undefined })));
    };
    const server = createServer(
      createControlListener(recordingControl({ output: silent }).control, silentLog),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const reader = new AbortController();
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/v1/output`, {
      method: 'POST',
      body: JSON.stringify(input),
      signal: reader.signal,
    });
    expect(response.status).toBe(200);
    reader.abort();
    await left.promise;
    server.close();
    await once(server, 'close');
  });
});
