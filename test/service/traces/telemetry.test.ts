/** Holds where spans go to the configuration that is live, and the conditions to the collector that it names. */
import { expect, it } from 'vitest';
import type { Staged } from '../../../src/config/stage.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { Snapshot, TelemetrySettings } from '../../../src/core/snapshot.ts';
import type { Span } from '../../../src/core/tracing.ts';
import { Telemetry } from '../../../src/service/traces/telemetry.ts';
import { Collector } from '../../support/collector.ts';
import { FAKE_START_MS, FakeClock } from '../../support/fake-clock.ts';
import { sampleSnapshot } from '../../support/samples.ts';

const span = (name: string): Span => ({
  name,
  kind: 'internal',
  startedAt: FAKE_START_MS,
  endedAt: FAKE_START_MS,
  attributes: {},
});

function to({ url }: Collector, change: Partial<TelemetrySettings> = {}): Snapshot {
  const telemetry = {
    ...{ url: `${url}/v1/traces?key=s3cr3t`, serviceName: 'untether', sample: 1, timeoutMs: 10_000 },
    headers: new Map([['authorization', new Secret('one')]]),
    ...change,
  };
  return sampleSnapshot([], { telemetry });
}

class Desk implements AsyncDisposable {
  live: Snapshot = sampleSnapshot();
  readonly clock = new FakeClock();
  /** Conditions, and lines of the log. */
  readonly said: unknown[] = [];
  readonly telemetry = new Telemetry({
    current: () => this.live,
    mask: (text) => text,
    conditions: {
      raise: (code, detail) => this.said.push(`${code}: ${detail}`),
      clear: (code) => this.said.push(`no ${code}`),
    },
    clock: this.clock,
    log: {
      ...silentLog,
      info: (message, fields) => this.said.push({ message, ...fields }),
      warn: (message, fields) => this.said.push({ message, ...fields }),
    },
    version: '1',
  });

  async prepare(next: Snapshot): Promise<Staged> {
    const prepared = await this.telemetry.prepare(next, this.live);
    if (prepared.kind !== 'ready') throw new Error(prepared.reason);
    return prepared.staged;
  }

  async save(next: Snapshot): Promise<ReturnType<Staged['commit']>> {
    const staged = await this.prepare(next);
    this.live = next;
    return staged.commit();
  }

  /** Sends what is recorded. */
  async flush(): Promise<void> {
    await this.telemetry.reload();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.telemetry[Symbol.asyncDispose]();
  }
}

/** So many that they leave at once. */
function recordBatch({ telemetry }: Desk, name: string): void {
  for (let n = 0; n < 512; n++) telemetry.tracing.record(span(name));
}

const namesAt = ({ spans }: Collector): readonly string[] => spans.map(({ name }) => name);

it('gives spans to whichever collector was saved last, through a port that was there from the start', async () => {
  await using a = await Collector.start();
  await using b = await Collector.start();
  await using desk = new Desk();
  const { tracing } = desk.telemetry;
  tracing.record(span('before'));
  expect(await desk.save(to(a))).toEqual([
    { key: 'telemetry', class: 'telemetry_reload', text: `goes to ${a.url}/v1/traces as untether` },
  ]);
  tracing.record(span('to a'));
  await desk.save(to(b, { serviceName: 'hooks' }));
  tracing.record(span('to b'));
  await a.saw(({ name }) => name === 'to a');
  expect(await desk.save(sampleSnapshot())).toEqual([
    { key: 'telemetry', class: 'telemetry_reload', text: 'is off' },
  ]);
  expect(tracing.isOn).toBe(false);
  tracing.record(span('after'));
  await b.saw(({ name }) => name === 'to b');
  expect([namesAt(a), namesAt(b)]).toEqual([['to a'], ['to b']]);
  expect(b.spans[0]?.resource['service.name']).toBe('hooks');
});

it('does nothing for a save that is about something else, and something for another secret in a header', async () => {
  await using a = await Collector.start();
  await using desk = new Desk();
  await desk.save(to(a));
  expect(await desk.save(to(a))).toEqual([]);
  const headers = new Map([['authorization', new Secret('two')]]);
  expect(await desk.save(to(a, { headers }))).toHaveLength(1);
  desk.telemetry.tracing.record(span('one'));
  await desk.flush();
  expect(a.requests[0]?.headers['authorization']).toBe('two');
});

it('goes on as before when a save is not taken', async () => {
  await using a = await Collector.start();
  await using b = await Collector.start();
  await using desk = new Desk();
  await desk.save(to(a));
  await (await desk.prepare(to(b))).undo();
  desk.telemetry.tracing.record(span('one'));
  await desk.flush();
  expect([namesAt(a), namesAt(b)]).toEqual([['one'], []]);
});

it('begins with what the start names', async () => {
  await using a = await Collector.start();
  await using desk = new Desk();
  desk.live = to(a);
  await desk.telemetry.begin(desk.live);
  desk.telemetry.tracing.record(span('one'));
  expect(await desk.telemetry.reload()).toEqual({ target: `${a.url}/v1/traces as untether`, dropped: 0 });
  expect(namesAt(a)).toEqual(['one']);
});

it('counts what a replaced collector did not take, and raises nothing about it', async () => {
  await using a = await Collector.start('hangs');
  await using b = await Collector.start();
  await using desk = new Desk();
  await desk.save(to(a));
  desk.telemetry.tracing.record(span('one'));
  desk.telemetry.tracing.record(span('two'));
  await desk.save(to(b));
  await a.asked(1);
  desk.said.length = 0;
  await desk.clock.advance(2_000);
  while (desk.said.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(desk.said).toEqual([{ message: 'telemetry swapped', dropped: 2 }]);
});

it('says what is wrong with the collector that is live, without the query of its address, and when that is over', async () => {
  await using a = await Collector.start({ status: 401 });
  await using desk = new Desk();
  await desk.save(to(a));
  desk.said.length = 0;
  recordBatch(desk, 'one');
  await a.asked(1);
  while (desk.said.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(desk.said).toEqual([`telemetry_unreachable: ${a.url}/v1/traces: it answers 401`]);
  a.manner = 'takes';
  recordBatch(desk, 'two');
  await a.saw(({ name }) => name === 'two');
  while (desk.said.length === 1) await new Promise((resolve) => setImmediate(resolve));
  expect(desk.said[1]).toBe('no telemetry_unreachable');
});

it('waits two seconds at its end for what waits, and says what was lost', async () => {
  await using a = await Collector.start('hangs');
  const desk = new Desk();
  await desk.save(to(a));
  desk.said.length = 0;
  desk.telemetry.tracing.record(span('one'));
  const ending = desk.telemetry[Symbol.asyncDispose]();
  await a.asked(1);
  expect(desk.telemetry.tracing.isOn).toBe(false);
  await desk.clock.advance(1_999);
  expect(desk.said).toEqual([]);
  await desk.clock.advance(1);
  await ending;
  expect(desk.said).toEqual([{ message: 'spans were lost at the end', dropped: 1 }]);
  expect(desk.clock.pending).toBe(0);
});

it('is off where nothing is named, whoever asks', async () => {
  await using desk = new Desk();
  expect(await desk.telemetry.reload()).toEqual({ target: null, dropped: 0 });
});
