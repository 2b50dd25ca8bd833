/** Decides how the command line reaches the running service: the calls of `Control` as HTTP over its unix socket. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Control } from '../core/control.ts';
import type { ErrorCode } from '../core/errors.ts';
import { AppError, errorCodes, messageOf } from '../core/errors.ts';
import type { ControlAnswer, ControlInput, ControlMethodName } from '../server/control-methods.ts';
import { SOCKET_NAME, socketPath } from '../service/socket-path.ts';

/** `Control` from another process: every answer takes its time. */
export type RemoteControl = {
  readonly [Method in keyof Control]: (
    ...args: Parameters<Control[Method]>
  ) => ReturnType<Control[Method]> extends AsyncIterable<infer Item>
    ? AsyncIterable<Item>
    : Promise<Awaited<ReturnType<Control[Method]>>>;
};

/** A service that says nothing for so long does not work. */
const SILENCE_MS = 60_000;

/** How patient a caller is. */
export interface Patience {
  readonly silenceMs?: number;
}

/**
 * The service that owns the state folder. Nothing is sent before a call; each rejects with the service's own
 * `AppError`, with `not_running` where nobody listens, with `denied` where the socket may not be opened.
 */
export function connect(stateDir: () => string, { silenceMs = SILENCE_MS }: Patience = {}): RemoteControl {
  const call = async <Name extends ControlMethodName>(
    method: Name,
    body: ControlInput<Name>,
  ): Promise<ControlAnswer<Name>> => {
    const response = await post(stateDir(), { method, body, silenceMs });
    // The other side is this program's own version, or one that refuses what it does not know.
    return parseAnswer(await text(response)) as ControlAnswer<Name>;
  };
  return {
    status: () => call('status', {}),
    runs: (filter) => call('runs', filter),
    run: (id) => call('run', { id }),
    runOfMessage: async (to, messageId) => (await call('runOfMessage', { to, messageId })) ?? undefined,
    triggers: (filter) => call('triggers', filter),
    splitTrigger: (query) => call('splitTrigger', query),
    stats: (query) => call('stats', query),
    pending: (query) => call('pending', query),
    output: (id, { follow, signal }) =>
      streamLines(stateDir(), { method: 'output', body: { id, follow }, silenceMs, signal }),
    next: (query) => call('next', query),
    why: (query) => call('why', query),
    fire: ({ data, ...rest }) =>
      call('fire', data === undefined ? rest : { ...rest, dataBase64: Buffer.from(data).toString('base64') }),
    ask: (request) => call('ask', request),
    readTime: (request) => call('readTime', request),
    at: (request) => call('at', request),
    askLater: (request) => call('askLater', request),
    decide: (request) => call('decide', request),
    missed: async (query) => (await call('missed', query)) ?? undefined,
    makeUp: (request) => call('makeUp', request),
    leaveOut: (query) => call('leaveOut', query),
    cancel: (id, options = { wait: true }) => call('cancel', { id, ...options }),
    retry: (id, options = {}) => call('retry', { id, ...options }),
    replay: (request) => call('replay', request),
    pause: (order) => call('pause', order),
    resume: (order) => call('resume', order),
    mute: (order) => call('mute', order),
    say: (request) => call('say', request),
    hear: (signal) => streamLines(stateDir(), { method: 'hear', body: {}, silenceMs, signal }),
    reload: () => call('reload', {}),
    reloadAll: () => call('reloadAll', {}),
    reloadBots: ({ bot }) => call('reloadBots', bot === undefined ? {} : { bot }),
    reloadHooks: (how) => call('reloadHooks', how),
    reloadTelemetry: () => call('reloadTelemetry', {}),
    plugins: () => call('plugins', {}),
    reloadPlugins: (which) => call('reloadPlugins', which),
    watchPlugins: (which) => call('watchPlugins', which),
    pluginLog: (which) => call('pluginLog', which),
    rollback: ({ to }) => call('rollback', to === undefined ? {} : { to }),
    revisions: () => call('revisions', {}),
    plan: () => call('plan', {}),
    restart: (request) => call('restart', request),
  };
}

interface Call<Name extends ControlMethodName> {
  readonly method: Name;
  readonly body: ControlInput<Name>;
  readonly silenceMs: number;
  readonly signal?: AbortSignal;
}

/** The response once its head has come, whatever its length; an answer other than 200 rejects with what it says. */
async function post<Name extends ControlMethodName>(
  stateDir: string,
  { method, body, silenceMs, signal }: Call<Name>,
): Promise<IncomingMessage> {
  // Loaded here, so that commands that ask no service start faster.
  const { request } = await import('node:http');
  const response = await open(stateDir, (path) => {
    const sent = request({
      socketPath: path,
      path: `/v1/${method}`,
      method: 'POST',
      headers: { 'content-type': 'application/json', host: 'untether' },
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    });
    sent.setTimeout(silenceMs, () =>
      sent.destroy(new AppError('unavailable', `the service has not answered for ${silenceMs / 1_000} s`)),
    );
    sent.end(JSON.stringify(body));
    return sent;
  });
  if (response.statusCode === 200) return response;
  throw refusal(await text(response), response.statusCode ?? 0);
}

async function open(stateDir: string, send: (path: string) => ClientRequest): Promise<IncomingMessage> {
  try {
    // The path is needed until the socket is connected, which it is when the answer's head is there.
    using socket = socketPath(stateDir);
    const sent = send(socket.path);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    sent.once('response', resolve);
    sent.once('error', reject);
    return await promise;
  } catch (error) {
    throw connectionError(error, stateDir);
  }
}

const nobodyListens: readonly unknown[] = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR'];
const mayNot: readonly unknown[] = ['EACCES', 'EPERM'];

function connectionError(error: unknown, stateDir: string): AppError {
  if (error instanceof AppError) return error;
  const code = (error as { readonly code?: unknown }).code;
  const where = `${stateDir}/${SOCKET_NAME}`;
  if (nobodyListens.includes(code))
    return new AppError('not_running', `service not running (nobody answers at ${where})`, { cause: error });
  if (mayNot.includes(code))
    return new AppError('denied', `${where} may not be opened by this user`, { cause: error });
  return new AppError('unavailable', `the service broke off: ${messageOf(error)}`, { cause: error });
}

function refusal(body: string, status: number): AppError {
  const { error, message } = parseAnswer(body) as { readonly error?: unknown; readonly message?: unknown };
  if (typeof message === 'string' && isErrorCode(error)) return new AppError(error, message);
  return new AppError('internal', `the service answered ${status}`, { cause: body });
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}

function parseAnswer(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new AppError('internal', 'what answers on the control socket is not this service', {
      cause: error,
    });
  }
}

/** The items as they come; ends with the stream, when `signal` is aborted, or with an error when the service is gone. */
async function* streamLines<Name extends 'output' | 'hear'>(
  stateDir: string,
  request: Call<Name> & { readonly signal: AbortSignal },
): AsyncGenerator<ControlAnswer<Name>> {
  const response = await post(stateDir, request);
  // A run may be silent for hours.
  response.socket.setTimeout(0);
  let unfinished = '';
  response.setEncoding('utf8');
  try {
    for await (const piece of response) {
      const lines = `${unfinished}${String(piece)}`.split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) yield itemOf<Name>(line);
    }
  } catch (error) {
    if (request.signal.aborted) return;
    throw connectionError(error, stateDir);
  }
}

function itemOf<Name extends 'output' | 'hear'>(line: string): ControlAnswer<Name> {
  const value = parseAnswer(line) as { readonly error?: unknown };
  if (value.error === undefined) return value as ControlAnswer<Name>;
  throw refusal(line, 200);
}
