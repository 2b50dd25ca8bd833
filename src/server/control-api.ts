/** Decides how the control port is spoken over HTTP: `POST /v1/<method>`, JSON both ways, problems as `{error, message}`. */
import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { stream } from 'hono/streaming';
import type { Control } from '../core/control.ts';
import { AppError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { controlMethods } from './control-methods.ts';
import { problemOf } from './problem.ts';

// The largest body a webhook may have, 10 MiB, in base64 with what is around it.
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** The handler of the control socket's server; who may connect is the socket file's affair. */
export function createControlListener(control: Control, log: Log): RequestListener {
  const api = createControlApi(control, log);
  const handle = getRequestListener((request) => api.fetch(request), {
    hostname: 'localhost',
    overrideGlobalObjects: false,
  });
  return (incoming, outgoing) => void handle(incoming, outgoing);
}

/** The API as an app of its own, one route per row of `controlMethods`. */
export function createControlApi(control: Control, log: Log): Hono {
  const api = new Hono();
  api.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (c) => answerError(c, new AppError('invalid_argument', 'the request is too large'), log),
    }),
  );
  for (const [name, { invoke }] of Object.entries(controlMethods)) {
    api.post(`/v1/${name}`, async (c) => {
      const result: unknown = await invoke(control, parseBody(await c.req.text()), c.req.raw.signal);
      return isStream(result) ? answerLines(c, result) : c.json(result as object);
    });
  }
  api.notFound((c) =>
    answerError(c, new AppError('not_found', `there is no ${c.req.method} ${c.req.path}`), log),
  );
  api.onError((error, c) => answerError(c, error, log));
  return api;
}

/** Sends each item as a line; a fault after the first line, or one that takes its time, becomes the last line. */
async function answerLines(c: Context, items: AsyncIterable<unknown>): Promise<Response> {
  const iterator = items[Symbol.asyncIterator]();
  const first = iterator.next();
  // A refusal that is known at once still gets its status; output that is not there yet keeps nobody waiting.
  await Promise.race([first, nextTurn()]);
  c.header('Content-Type', 'application/x-ndjson');
  return stream(
    c,
    async (lines) => {
      for (let step = await first; step.done !== true; step = await iterator.next()) {
        await lines.writeln(JSON.stringify(step.value));
      }
    },
    async (error, lines) => {
      await lines.writeln(JSON.stringify(problemOf(error).body));
    },
  );
}

function answerError(c: Context, error: unknown, log: Log): Response {
  const { status, body } = problemOf(error);
  if (body.error === 'internal') log.error('a control call met a fault', { path: c.req.path, error });
  return c.json(body, status);
}

function parseBody(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_argument', 'the request is not JSON', { cause: error });
  }
}

function isStream(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}

function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
