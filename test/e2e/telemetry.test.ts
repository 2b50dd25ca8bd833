/** What a collector is sent by the running service: the trace of each run, to wherever the file says when it is over. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/cli/client.ts';
import type { ReloadReport } from '../../src/core/event.ts';
import { BotApi } from '../support/bot-api/api.ts';
import type { ReceivedSpan } from '../support/collector.ts';
import { Collector } from '../support/collector.ts';
import type { Service } from '../support/untether.ts';
import { eventually, Sandbox } from '../support/untether.ts';

const SENDER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const TOKEN = 'collectors-own-word';
const KEY = 'correct-horse-battery';
const ADMIN = 4713;

let api: BotApi;
let a: Collector;
let b: Collector;
let c: Collector;
let sandbox: Sandbox;
let service: Service;
const control = connect(() => sandbox.path('.untether'));

const plain = (): string => `
watch_config = false
[triggers.server]
port = 0
[limits]
max_concurrent = 1
[secrets]
key = "${KEY}"
[transports.telegram]
bot_token = "${api.token}"
api_root = "${api.root}"
chat_id = ${ADMIN}
admins = [${ADMIN}]
[reload]
notify = "off"
[[triggers.webhooks]]
id = "push"
path = "/push"
secret = "${KEY}"
dedupe = "header:x-delivery"
action = "command"
command = ["sh", "-c", "echo $UNTETHER_RUN_ID $TRACEPARENT >> seen"]
[[triggers.crons]]
id = "hangs"
schedule = "0 0 1 1 *"
action = "command"
command = ["sh", "-c", "echo hangs >> seen; [ -e hung ] || { touch hung; exec sleep 60; }"]
[[triggers.crons]]
id = "tells"
schedule = "0 0 1 1 *"
chat_id = ${ADMIN}
action = "notify_only"
message_template = "hello"
[[triggers.crons]]
id = "fails"
schedule = "0 0 1 1 *"
action = "command"
command = ["sh", "-c", "exit 3"]
`;

const exportingTo = ({ url }: Collector, more = ''): string =>
  `${plain()}[telemetry]\nendpoint = "${url}"\nheaders = { authorization = { env = "TOKEN" } }\n${more}`;

async function save(toml: string): Promise<ReloadReport> {
  await sandbox.save(toml);
  return control.reload('command');
}

/** Fires a cron by hand; resolves once its run is over. */
async function fire(trigger: string): Promise<void> {
  const { run } = await control.fire({ trigger });
  await over(run);
}

async function over(run: string): Promise<void> {
  await eventually('the run is over', async () => (await control.run(run)).run.endedAt !== null);
}

interface Delivered {
  readonly run: string;
  readonly trace: string;
}

async function deliver(headers: Readonly<Record<string, string>> = {}): Promise<Delivered> {
  const { body, status } = await service.post('/push', '{}', { authorization: `Bearer ${KEY}`, ...headers });
  expect(status).toBe(202);
  const { run } = JSON.parse(body) as { readonly run: string };
  return { run, trace: run.replaceAll('-', '') };
}

const of = (name: string, trace: string) => (span: ReceivedSpan) =>
  span.name === name && span.traceId === trace;

/** The line that the command of a run has written. */
async function seen(pattern: RegExp): Promise<string> {
  let line: string | undefined;
  await eventually(`a run has written ${String(pattern)}`, async () => {
    line = (await sandbox.read('seen')).split('\n').find((one) => pattern.test(one));
    return line !== undefined;
  });
  return line ?? '';
}

function logSays(pattern: RegExp): Promise<void> {
  return eventually(`the log says ${String(pattern)}`, async () => pattern.test(service.child.stdout));
}

async function isUnreachable(): Promise<boolean> {
  const { conditions } = await control.status();
  return conditions.some(({ code }) => code === 'telemetry_unreachable');
}

beforeAll(async () => {
  api = await BotApi.start();
  [a, b, c] = [await Collector.start(), await Collector.start(), await Collector.start()];
  sandbox = await Sandbox.make('', {
    TOKEN,
    NODE_OPTIONS: `--import ${new URL('../fixtures/tells-telemetry.mjs', import.meta.url).href}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: c.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-foreign=1',
    OTEL_RESOURCE_ATTRIBUTES: 'foreign=1',
  });
  await sandbox.write('untether.toml', plain());
  await sandbox.write(
    'hooks.toml',
    '[[before_run]]\ncommand = ["sh", "-c", "echo $UNTETHER_RUN_ID $TRACEPARENT >> asked"]\n',
  );
  service = await sandbox.start();
});

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  for (const double of [a, b, c, api]) await double[Symbol.asyncDispose]();
});

it('loads no package for it, and tells children nothing, while no endpoint is named', async () => {
  const { run } = await deliver();
  expect(await seen(new RegExp(run))).toBe(run);
  expect(service.child.stderr).not.toContain('loads file:');
  expect((await sandbox.run('reload', 'telemetry')).stdout).toBe(
    'telemetry is off: [telemetry] names no endpoint\n',
  );
});

it('exports a run as one trace, which has the id of the run, once a save names a collector', async () => {
  expect(await save(exportingTo(a))).toMatchObject({
    ok: true,
    outcomes: [
      { key: 'telemetry', class: 'telemetry_reload', text: `goes to ${a.url}/v1/traces as untether` },
    ],
  });
  await service.child.sees(/loads file:/);
  const { run, trace } = await deliver({ traceparent: SENDER, 'x-delivery': `id ${KEY}` });
  // Without anybody's asking.
  const attempt = await a.saw(of('attempt', trace));
  const root = await a.saw(of('deliver', trace));
  expect(root).toMatchObject({
    kind: 2,
    spanId: trace.slice(16),
    links: [{ traceId: SENDER.slice(3, 35), spanId: SENDER.slice(36, 52) }],
    attributes: {
      'untether.run': run,
      'untether.trigger': 'webhook:push',
      'untether.source': 'webhook',
      'untether.delivery': 'id [secret]',
      'http.request.method': 'POST',
      'http.route': '/push',
      'http.response.status_code': 202,
    },
  });
  expect(root.parentSpanId ?? '').toBe('');
  expect(root.resource).toEqual({ 'service.name': 'untether', 'service.version': expect.any(String) });
  expect(attempt).toMatchObject({
    parentSpanId: root.spanId,
    attributes: { 'untether.action': 'command', 'untether.attempt': 1, 'untether.state': 'succeeded' },
  });
  const told = `${run} 00-${trace}-${attempt.spanId}-01`;
  expect(await seen(new RegExp(run))).toBe(told);
  expect(await sandbox.read('asked')).toContain(`${told}\n`);
  expect(a.requests[0]).toMatchObject({ url: '/v1/traces', headers: { authorization: TOKEN } });
  expect(a.requests[0]?.headers).not.toHaveProperty('x-foreign');
  expect(a.spans.find(({ name }) => name === 'reload')).toMatchObject({
    attributes: { 'untether.source': 'command', 'untether.outcome': 'changed' },
  });
});

it('tells of failures, of messages, and of deliveries that are refused', async () => {
  await fire('fails');
  await fire('tells');
  expect((await service.post('/push', '{}', { authorization: 'Bearer nothing' })).status).toBe(401);
  await eventually('the message is sent', async () => {
    await control.reloadTelemetry();
    return a.spans.some(({ name }) => name === 'send');
  });
  const failed = a.spans.find((span) => span.name === 'attempt' && span.status.code === 2);
  expect(failed?.status.message).toBe('exit 3');
  expect(a.spans.some(of('fire', failed?.traceId ?? ''))).toBe(true);
  const sent = a.spans.find(({ name }) => name === 'send');
  expect(sent).toMatchObject({ kind: 3, attributes: { 'untether.outcome': 'sent' } });
  expect(sent?.parentSpanId).toBe(sent?.traceId.slice(16));
  expect(a.spans.find((span) => span.attributes['http.response.status_code'] === 401)).toMatchObject({
    name: 'deliver',
    status: { code: 0 },
    attributes: { 'untether.verdict': 'unauthorized', 'http.route': '/push' },
  });
});

it('sends what waits to the collector before, and what comes to the next, under the name that was saved', async () => {
  const before = await deliver();
  await save(exportingTo(b, 'service_name = "hooks"\n'));
  const after = await deliver();
  await over(after.run);
  await control.reloadTelemetry();
  expect(b.spans.find(of('attempt', after.trace))?.resource['service.name']).toBe('hooks');
  await a.saw(of('deliver', before.trace));
  expect(a.spans.some(({ traceId }) => traceId === after.trace)).toBe(false);
  expect(b.spans.some(of('deliver', before.trace))).toBe(false);
  await logSays(/"dropped":0,"msg":"telemetry swapped"/);
});

it('waits for no collector that hangs: what was saved is live at once', async () => {
  b.manner = 'hangs';
  await over((await deliver()).run);
  await save(exportingTo(c));
  const { run, trace } = await deliver();
  await over(run);
  expect(await control.reloadTelemetry()).toEqual({ target: `${c.url}/v1/traces as untether`, dropped: 0 });
  expect(c.spans.some(of('attempt', trace))).toBe(true);
  expect(service.child.stdout).not.toMatch(/"dropped":[1-9]/);
});

it('says that a collector takes nothing, and that it does again', async () => {
  c.manner = { status: 400 };
  await deliver();
  await eventually('it is said', isUnreachable);
  c.manner = 'takes';
  await deliver();
  await eventually('it is over', async () => !(await isUnreachable()));
  expect(service.child.stdout.match(/"code":"telemetry_unreachable"/g)).toHaveLength(2);
});

it('exports nothing once the table is gone, and again when it is back', async () => {
  expect(await save(plain())).toMatchObject({ outcomes: [{ key: 'telemetry', text: 'is off' }] });
  const { run } = await deliver();
  expect(await seen(new RegExp(run))).toBe(run);
  await save(exportingTo(c));
  const again = await deliver();
  await over(again.run);
  const { code, stdout } = await sandbox.run('reload', 'telemetry');
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `telemetry reloaded: spans go to ${c.url}/v1/traces as untether\n`,
  });
  expect(c.spans.some(of('attempt', again.trace))).toBe(true);
  expect(c.spans.some(({ attributes }) => attributes['untether.run'] === run)).toBe(false);
});

it('has counted what the collector that hangs did not take', async () => {
  await logSays(/"dropped":[1-9]\d*,"msg":"telemetry swapped"/);
});

it('goes on in the trace of a run after a sudden death', async () => {
  await control.fire({ trigger: 'hangs' });
  await seen(/hangs/);
  const { run, trace } = await deliver();
  await control.reloadTelemetry();
  const root = await c.saw(of('deliver', trace));
  await service.kill();
  service = await sandbox.start();
  await over(run);
  await control.reloadTelemetry();
  expect(c.spans.find(of('attempt', trace))?.parentSpanId).toBe(root.spanId);
  expect(await seen(new RegExp(run))).toMatch(`${run} 00-${trace}-`);
});

it('sends what waits before it stops, and no secret ever', async () => {
  const { run, trace } = await deliver();
  await over(run);
  expect((await service.stop()).code).toBe(0);
  expect(c.spans.some(of('deliver', trace))).toBe(true);
  const bodies = [a, b, c].flatMap(({ requests }) => requests.map(({ body }) => body)).join('\n');
  expect(bodies).toContain('webhook:push');
  for (const secret of [KEY, TOKEN, api.token]) expect(bodies).not.toContain(secret);
});
