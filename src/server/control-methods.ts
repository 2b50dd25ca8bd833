/** Decides what can be asked over the control socket: one row per call of the port, with the shape of its argument. */
import { z } from 'zod';
import type { Control } from '../core/control.ts';
import { AppError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { asRunId } from '../core/ids.ts';
import { runStates } from '../core/run.ts';

// More rows than this nobody reads at once.
const MAX_ROWS = 1_000;

const name = z.string().min(1).max(500);
const count = z.int().min(1).max(MAX_ROWS);
const epochMs = z.int();
const nothing = z.strictObject({});
const oneRun = z.strictObject({ id: name });
const someTrigger = z.strictObject({ trigger: name.exactOptional() });

const destination = z.strictObject({ bot: name, chat: z.int(), thread: z.int().exactOptional() });
const order = z.strictObject({ to: destination, replyTo: z.int().exactOptional(), request: name });
const time = z.string().min(1).max(500);
const runId = z.string().transform((id, context): RunId => asRunId(id) ?? refuseId(context));

/** How an agent is asked. */
const manner = {
  engine: name.exactOptional(),
  project: name.exactOptional(),
  model: name.exactOptional(),
  reasoning: name.exactOptional(),
  permissionMode: name.exactOptional(),
};

/** What an agent is asked; the shape of the port's `Ask`. */
const ask = { prompt: z.string().min(1), ...manner, continues: runId.exactOptional() };

/** What `at` starts; the shape of the port's `AtWhat`. */
const atWhat = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('trigger'), trigger: name }),
  z.strictObject({ kind: z.literal('command'), argv: z.array(z.string()).min(1).readonly() }),
  z.strictObject({ kind: z.literal('prompt'), ...ask }),
]);

function refuseId(context: z.RefinementCtx): never {
  context.addIssue('is no id of a run');
  return z.NEVER;
}

/** A call over the socket. */
export interface ControlMethod<Schema extends z.ZodType, Result> {
  readonly input: Schema;
  /**
   * Checks the argument, which may be anything (else `invalid_argument`), and asks the port. An `AsyncIterable` is sent
   * as JSON lines, anything else as JSON. `signal` is aborted when the caller leaves.
   */
  readonly invoke: (control: Control, argument: unknown, signal: AbortSignal) => Result;
}

function method<Schema extends z.ZodType, Result>(
  input: Schema,
  call: (control: Control, argument: z.output<Schema>, signal: AbortSignal) => Result,
): ControlMethod<Schema, Result> {
  return { input, invoke: (control, argument, signal) => call(control, checked(input, argument), signal) };
}

function checked<Schema extends z.ZodType>(input: Schema, argument: unknown): z.output<Schema> {
  const parsed = input.safeParse(argument);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new AppError('invalid_argument', faults.join('; '));
}

/** `POST /v1/<key>` with a JSON object of the row's shape; unknown and missing fields are refused. Times are epoch ms. */
export const controlMethods = {
  status: method(nothing, (control) => control.status()),
  runs: method(
    z.strictObject({
      trigger: name.exactOptional(),
      state: z.enum(runStates).exactOptional(),
      dead: z.boolean().exactOptional(),
      chat: name.exactOptional(),
      limit: count,
    }),
    (control, filter) => control.runs(filter),
  ),
  run: method(oneRun, (control, { id }) => control.run(id)),
  runOfMessage: method(
    z.strictObject({ to: destination, messageId: z.int() }),
    async (control, { to, messageId }) => (await control.runOfMessage(to, messageId)) ?? null,
  ),
  triggers: method(
    z.strictObject({ chat: name.exactOptional(), trigger: name.exactOptional() }),
    (control, filter) => control.triggers(filter),
  ),
  splitTrigger: method(z.strictObject({ text: z.string() }), (control, query) => control.splitTrigger(query)),
  stats: method(z.strictObject({ since: epochMs }), (control, query) => control.stats(query)),
  pending: method(z.strictObject({ chat: name }), (control, query) => control.pending(query)),
  output: method(z.strictObject({ id: name, follow: z.boolean() }), (control, { id, follow }, signal) =>
    control.output(id, { follow, signal }),
  ),
  next: method(
    z.strictObject({ trigger: name.exactOptional(), count, from: epochMs.exactOptional() }),
    (control, query) => control.next(query),
  ),
  why: method(z.strictObject({ trigger: name, at: epochMs.exactOptional() }), (control, query) =>
    control.why(query),
  ),
  missed: method(
    z.strictObject({ at: epochMs.exactOptional(), chat: name.exactOptional() }),
    async (control, query) => (await control.missed(query)) ?? null,
  ),
  leaveOut: method(z.strictObject({ at: epochMs, chat: name.exactOptional() }), (control, query) =>
    control.leaveOut(query),
  ),
  makeUp: method(
    z.strictObject({
      at: epochMs,
      which: z.enum(['last', 'all']),
      chat: name.exactOptional(),
      order: order.exactOptional(),
    }),
    (control, request) => control.makeUp(request),
  ),
  /** The data of a request travels as base64: it may be any bytes. */
  fire: method(
    z.strictObject({
      trigger: name,
      dataBase64: z.base64().exactOptional(),
      contentType: z.string().max(200).exactOptional(),
      order: order.exactOptional(),
    }),
    (control, { dataBase64, ...request }) =>
      control.fire(
        dataBase64 === undefined ? request : { ...request, data: Buffer.from(dataBase64, 'base64') },
      ),
  ),
  ask: method(z.strictObject({ ...ask, order: order.exactOptional() }), (control, request) =>
    control.ask(request),
  ),
  readTime: method(
    z.strictObject({
      text: time,
      trigger: name.exactOptional(),
      zone: name.exactOptional(),
      side: z.enum(['coming', 'past']),
    }),
    (control, request) => control.readTime(request),
  ),
  at: method(z.strictObject({ when: time, what: atWhat, zone: name.exactOptional() }), (control, request) =>
    control.at(request),
  ),
  askLater: method(
    z.strictObject({
      text: z.string().min(1),
      ask: z.strictObject(manner),
      zone: name.exactOptional(),
      order,
    }),
    (control, request) => control.askLater(request),
  ),
  decide: method(
    z.strictObject({ chat: name, request: name, choice: z.array(runId).max(MAX_ROWS).readonly() }),
    (control, request) => control.decide(request),
  ),
  cancel: method(
    z.strictObject({ id: name, wait: z.boolean().exactOptional() }),
    (control, { id, wait = true }) => control.cancel(id, { wait }),
  ),
  retry: method(
    z.strictObject({ id: name, order: order.exactOptional(), overBudget: z.boolean().exactOptional() }),
    (control, { id, ...options }) => control.retry(id, options),
  ),
  replay: method(
    z.strictObject({
      since: epochMs,
      until: epochMs.exactOptional(),
      trigger: name.exactOptional(),
      state: z.enum(runStates).exactOptional(),
      all: z.boolean().exactOptional(),
      dryRun: z.boolean().exactOptional(),
    }),
    (control, request) => control.replay(request),
  ),
  pause: method(
    z.strictObject({
      trigger: name.exactOptional(),
      forMs: z.int().positive().exactOptional(),
      until: epochMs.exactOptional(),
      by: name,
    }),
    (control, request) => control.pause(request),
  ),
  resume: method(someTrigger, (control, request) => control.resume(request)),
  mute: method(
    z.strictObject({ trigger: name, chat: name, forMs: z.int().nonnegative() }),
    (control, request) => control.mute(request),
  ),
  say: method(z.strictObject({ text: z.string().min(1).max(100_000), request: name }), (control, request) =>
    control.say(request),
  ),
  hear: method(nothing, (control, _nothing, signal) => control.hear(signal)),
  reload: method(nothing, (control) => control.reload('command')),
  reloadAll: method(nothing, (control) => control.reloadAll('command')),
  reloadHooks: method(z.strictObject({ empty: z.boolean() }), (control, how) => control.reloadHooks(how)),
  reloadBots: method(z.strictObject({ bot: name.exactOptional() }), (control, which) =>
    control.reloadBots(which),
  ),
  reloadTelemetry: method(nothing, (control) => control.reloadTelemetry()),
  plugins: method(nothing, (control) => control.plugins()),
  reloadPlugins: method(z.strictObject({ id: name.exactOptional() }), (control, which) =>
    control.reloadPlugins(which),
  ),
  watchPlugins: method(z.strictObject({ id: name.exactOptional(), watch: z.boolean() }), (control, which) =>
    control.watchPlugins(which),
  ),
  pluginLog: method(
    z.strictObject({
      id: name,
      limit: z.int().positive().exactOptional(),
      since: epochMs.exactOptional(),
    }),
    (control, query) => control.pluginLog(query),
  ),
  rollback: method(z.strictObject({ to: z.int().min(1).exactOptional() }), (control, request) =>
    control.rollback({ ...request, source: 'command' }),
  ),
  revisions: method(nothing, (control) => control.revisions()),
  plan: method(nothing, (control) => control.plan()),
  restart: method(
    z.strictObject({ force: z.boolean(), order: order.exactOptional(), run: runId.exactOptional() }),
    (control, request) => control.restart(request),
  ),
} as const satisfies Record<keyof Control, ControlMethod<z.ZodType, unknown>>;

/** The name of a call, the last part of its path. */
export type ControlMethodName = keyof typeof controlMethods;

/** What a client sends for a call. */
export type ControlInput<Name extends ControlMethodName> = z.input<(typeof controlMethods)[Name]['input']>;

/** What a client gets: the parsed JSON, or each line's for a stream. */
export type ControlAnswer<Name extends ControlMethodName> =
  Awaited<ReturnType<(typeof controlMethods)[Name]['invoke']>> extends AsyncIterable<infer Item>
    ? Item
    : Awaited<ReturnType<(typeof controlMethods)[Name]['invoke']>>;
