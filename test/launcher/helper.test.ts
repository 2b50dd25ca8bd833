/** Promises of the helper process itself, spoken to over its pipes. */
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createBatch, createReader } from '../../src/launcher/protocol.ts';
import type { Command, Report } from '../../src/launcher/protocol.ts';
import { isAlive, STUBBORN, Workplace } from './support.ts';

const fixture = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A helper whose reports are listened to one by one. */
class Helper implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly send: (command: Command) => void;
  onReport: (report: Report) => void = () => {};

  constructor(graceMs: number, inherited: readonly number[] = []) {
    const stdio: StdioOptions = ['pipe', 'pipe', 'inherit', ...inherited];
    this.child = spawn(process.execPath, [fixture('../../src/launcher/helper.ts'), String(graceMs)], {
      stdio,
    });
    this.send = createBatch<Command>((text) => this.child.stdin!.write(text));
    this.child.stdout!.setEncoding('utf8').on(
      'data',
      createReader<Report>((report) => this.onReport(report)),
    );
  }

  launch(seq: number, request: ReturnType<Workplace['script']>): void {
    const { env, ...rest } = request;
    this.send({ kind: 'launch', seq, request: rest, env: { set: env, unset: [] } });
  }

  /** The next report of a kind. */
  next<Kind extends Report['kind']>(kind: Kind): Promise<Extract<Report, { kind: Kind }>> {
    return new Promise((resolve) => {
      this.onReport = (report) => {
        if (report.kind === kind) resolve(report as Extract<Report, { kind: Kind }>);
      };
    });
  }

  async ping(): Promise<void> {
    this.send({ kind: 'ping', n: 1 });
    await this.next('pong');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.stdin!.end();
    await once(this.child, 'close');
  }
}

test('answers pings while four children are always in flight', async () => {
  using place = new Workplace();
  await using helper = new Helper(10_000);
  let [started, ended, answered] = [0, 0, 0];
  const { promise: allEnded, resolve } = Promise.withResolvers<void>();
  const next = (): void => helper.launch(++started, place.program(['/bin/true']));
  helper.onReport = (report) => {
    if (report.kind === 'pong') {
      answered += 1;
      helper.send({ kind: 'ping', n: answered });
    }
    if (report.kind !== 'ended') return;
    expect(report.end).toMatchObject({ kind: 'exited', code: 0 });
    if (++ended === 400) resolve();
    else if (started < 400) next();
  };
  helper.send({ kind: 'ping', n: 0 });
  for (let lane = 0; lane < 4; lane += 1) next();
  await allEnded;
  // At the least once for each round of four starts.
  expect(answered).toBeGreaterThan(100);
});

test('a ping sent while hundreds of launches wait is answered before they have had their turn', async () => {
  using place = new Workplace();
  await using helper = new Helper(10_000);
  await helper.ping();
  const order: Report['kind'][] = [];
  const { promise: allEnded, resolve } = Promise.withResolvers<void>();
  helper.onReport = ({ kind }) => {
    if (order.push(kind) === 1) helper.send({ kind: 'ping', n: 1 });
    if (order.filter((each) => each === 'ended').length === 200) resolve();
  };
  for (let seq = 1; seq <= 200; seq += 1) helper.launch(seq, place.program(['/bin/true']));
  await allEnded;
  const startedBefore = order.slice(0, order.indexOf('pong')).filter((kind) => kind === 'started').length;
  expect(startedBefore).toBeLessThan(100);
});

test('is not ended by the signals a terminal or an operator sends to everybody', async () => {
  await using helper = new Helper(10_000);
  await helper.ping();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    helper.child.kill(signal);
    await helper.ping();
  }
  expect(helper.child.signalCode).toBeNull();
});

test.each([
  { name: 'listens', script: 'echo ready; exec sleep 1000', graceMs: 60_000, signal: 'SIGTERM' },
  { name: 'ignores SIGTERM', script: STUBBORN, graceMs: 50, signal: 'SIGKILL' },
])(
  'ends a group that $name when its stdin ends, tells so, and leaves',
  async ({ script, graceMs, signal }) => {
    using place = new Workplace();
    const helper = new Helper(graceMs);
    helper.launch(1, place.script(script));
    const { pid } = await helper.next('started');
    await expect.poll(() => place.read()).toBe('ready\n');
    const ended = helper.next('ended');
    helper.child.stdin!.end();
    expect((await ended).end).toMatchObject({ kind: 'exited', signal });
    expect(await once(helper.child, 'close')).toEqual([0, null]);
    expect(isAlive(pid)).toBe(false);
  },
);

test.runIf(process.platform === 'linux')('passes on nothing that was left open in it', async () => {
  using place = new Workplace();
  const left = openSync(place.path('left-open'), 'w');
  await using helper = new Helper(10_000, [left, left]);
  closeSync(left);
  helper.launch(1, place.script('ls /proc/$$/fd; :'));
  await helper.next('ended');
  expect(place.read()).toBe('0\n1\n2\n');
});

test.runIf(process.platform === 'linux')(
  'a service that is killed takes its runs with it, whatever they ignore',
  async () => {
    using place = new Workplace();
    const service = spawn(process.execPath, [fixture('fixtures/service.ts'), place.folder], {
      stdio: 'inherit',
    });
    await expect
      .poll(() => (existsSync(place.output) ? place.read() : ''), { timeout: 10_000 })
      .toMatch(/\n/);
    const pids = place.read().trim().split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    service.kill('SIGKILL');
    await once(service, 'close');
    await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false, false]);
  },
);
