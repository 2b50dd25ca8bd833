/** Holds the watch over webhooks that expect deliveries: every silence is told once, across pauses, saves and restarts. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import type { RunSpec } from '../../src/core/action.ts';
import type { AppEvent } from '../../src/core/event.ts';
import { triggerId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import type { OutgoingMessage } from '../../src/core/message.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { Expectation, WebhookTrigger } from '../../src/core/trigger.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { Mutes } from '../../src/service/chat/mutes.ts';
import { loadExpected } from '../../src/service/expectation-memory.ts';
import { Expectations } from '../../src/service/expectations.ts';
import { Pauses } from '../../src/service/pauses.ts';
import { createBus } from '../../src/telemetry/bus.ts';
import { Conditions } from '../../src/telemetry/conditions.ts';
import { TriggerManager } from '../../src/triggers/manager.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleAdmission, sampleChat, sampleSnapshot, sampleSpec } from '../support/samples.ts';
import { sampleWebhook } from '../triggers/samples.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const report = triggerId('webhook', 'report');
const chat = { bot: 'default', chat: -7 };
const daily = { everyMs: DAY, graceMs: 30 * MINUTE };
const SILENT = /^⏰ webhook:report: nothing has arrived since /;
const AGAIN = /^💚 webhook:report: a delivery arrived again, /;

function hook(name: string, expected?: Expectation, spec: Partial<RunSpec> = {}): WebhookTrigger {
  const id = triggerId('webhook', name);
  return sampleWebhook(name, {
    ...(expected && { expect: expected }),
    spec: { ...sampleSpec(), trigger: id, chat, ...spec },
  });
}

function holding(...webhooks: readonly WebhookTrigger[]): Snapshot {
  const zone = 'Europe/Berlin';
  return sampleSnapshot([], {
    webhooks: new Map(webhooks.map((webhook) => [webhook.id, webhook])),
    chat: sampleChat({ fallback: { zone } }),
  });
}

/** One store, and a service on it that can be started again. */
class Scene implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly ledger = new MemoryLedger();
  readonly said: OutgoingMessage[] = [];
  readonly events: AppEvent[] = [];
  readonly bus = createBus(silentLog);
  readonly conditions = new Conditions(this.bus.publish, () => this.clock.now());
  readonly mutes = new Mutes(this.ledger.chat, this.clock, new Map());
  manager = new TriggerManager(holding(hook('report', daily)));
  /** How often the store refuses a message from now on. */
  refusals = 0;
  /** What it waits for before it takes a message. */
  storeReady: Promise<void> = Promise.resolve();
  #pauses!: Pauses;
  #watch!: Expectations;

  async start(): Promise<void> {
    const { clock, ledger, bus, conditions, mutes, manager } = this;
    this.conditions.clear('delivery_overdue');
    const expected = await loadExpected(ledger);
    const { publish } = bus;
    const of = { ledger: ledger.triggers, clock, log: silentLog, publish, onResumed: () => {} };
    const pauses = new Pauses(of, await ledger.triggers.pauses());
    const watch = new Expectations(
      {
        ...{ manager, mutes, conditions, clock, log: silentLog },
        ledger: ledger.chat,
        subscribe: bus.subscribe,
        isPaused: (trigger) => pauses.isPaused(trigger),
        tell: (messages) => this.#tell(messages),
      },
      expected,
    );
    this.#pauses = pauses;
    this.#watch = watch;
    await clock.advance(0);
  }

  async stop(): Promise<void> {
    this.#pauses.close();
    await this.#watch[Symbol.asyncDispose]();
    expect(this.clock.pending).toBe(0);
  }

  async restart(downMs = 0): Promise<void> {
    await this.stop();
    await this.clock.advance(downMs);
    await this.start();
  }

  /** A delivery, as the listener tells of it. */
  async receive(verdict = 'accepted', name = 'report'): Promise<void> {
    const trigger = triggerId('webhook', name);
    const { bus, clock } = this;
    bus.publish({ kind: 'delivery', trigger, status: 202, verdict, reason: null, at: clock.now() });
    await clock.advance(0);
  }

  /** Saves a file with these webhooks. */
  async save(...webhooks: readonly WebhookTrigger[]): Promise<void> {
    this.manager.swap(holding(...webhooks));
    await this.clock.advance(0);
  }

  async pause(trigger: typeof report | undefined, until?: number): Promise<void> {
    const at = this.clock.now();
    await this.#pauses.pause({ trigger, since: at, until, by: 'me' });
    await this.clock.advance(0);
  }

  async resume(trigger: typeof report | undefined): Promise<void> {
    await this.#pauses.resume(trigger);
    await this.clock.advance(0);
  }

  /** What was said since the last time this was asked. */
  heard(): readonly string[] {
    return this.said.splice(0).map(({ content }) => content.text);
  }

  /** The webhooks that the condition names. */
  overdue(): string | undefined {
    return this.conditions.list().find(({ code }) => code === 'delivery_overdue')?.text;
  }

  kept(): Promise<ReadonlyMap<string, string>> {
    return this.ledger.chat.memories('expected:');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #tell(messages: readonly OutgoingMessage[]): Promise<void> {
    await this.storeReady;
    this.refusals -= 1;
    if (this.refusals >= 0) throw new AppError('unavailable', 'disk full');
    await this.ledger.chat.post(messages, this.clock.now());
    this.said.push(...messages);
  }
}

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  await scene.start();
});

afterEach(() => scene[Symbol.asyncDispose]());

describe('a silence', () => {
  test('is told aloud once, when the time and the grace are over, and shows as a condition', async () => {
    const { clock } = scene;
    await clock.advance(DAY + 30 * MINUTE - 1);
    expect([scene.heard(), scene.overdue()]).toEqual([[], undefined]);
    await clock.advance(1);
    expect(scene.said).toMatchObject([{ to: chat, kind: 'notice', content: { silent: false } }]);
    expect(scene.heard()).toEqual([
      '⏰ webhook:report: nothing has arrived since Thu 2026-01-01 01:00 (Berlin); expected every 1d (grace 30m)',
    ]);
    expect(scene.overdue()).toMatch(/: webhook:report$/);
    await clock.advance(30 * DAY);
    expect(scene.heard()).toEqual([]);
  });

  test('ends with the next delivery, which is told in silence with how late it is', async () => {
    await scene.clock.advance(DAY + 3 * HOUR);
    scene.heard();
    await scene.receive();
    expect(scene.said).toMatchObject([{ to: chat, content: { silent: true } }]);
    expect(scene.heard()).toEqual(['💚 webhook:report: a delivery arrived again, 3h late']);
    expect(scene.overdue()).toBeUndefined();
    await scene.receive();
    expect(scene.heard()).toEqual([]);
  });

  test('that follows is told anew', async () => {
    const { clock } = scene;
    await clock.advance(2 * DAY);
    await scene.receive();
    scene.heard();
    await clock.advance(DAY + 30 * MINUTE - 1);
    expect(scene.heard()).toEqual([]);
    await clock.advance(1);
    expect(scene.heard()).toEqual([expect.stringMatching(/since Sat 2026-01-03 01:00/)]);
  });

  test('does not come while deliveries do, whose times the store is not told one by one', async () => {
    const remember = scene.ledger.chat.remember.bind(scene.ledger.chat);
    let writes = 0;
    scene.ledger.chat.remember = (...args) => {
      writes += 1;
      return remember(...args);
    };
    for (let hour = 0; hour < 10 * 24; hour += 1) {
      await scene.clock.advance(HOUR);
      await scene.receive(hour % 2 === 0 ? 'accepted' : 'duplicate');
    }
    expect(scene.heard()).toEqual([]);
    expect(writes).toBe(10);
  });

  test.for(['filtered', 'unauthorized', 'conflict', 'queue_full', 'unavailable'])(
    'goes on when a request ends as %s',
    async (verdict) => {
      await scene.clock.advance(DAY);
      await scene.receive(verdict);
      await scene.clock.advance(HOUR);
      expect(scene.heard()).toEqual([expect.stringMatching(SILENT)]);
      await scene.receive(verdict);
      expect(scene.heard()).toEqual([]);
    },
  );

  test('of one webhook is not that of another; the condition names all of them', async () => {
    const hourly = { everyMs: HOUR, graceMs: 0 };
    await scene.save(hook('report', daily), hook('a', hourly), hook('b', hourly), hook('c'));
    await scene.clock.advance(HOUR);
    expect(scene.heard()).toEqual([
      expect.stringMatching(/^⏰ webhook:a: /),
      expect.stringMatching(/^⏰ webhook:b: .*expected every 1h$/),
    ]);
    expect(scene.overdue()).toMatch(/: webhook:a, webhook:b$/);
    await scene.clock.advance(DAY);
    expect(scene.overdue()).toMatch(/: webhook:report, webhook:a, webhook:b$/);
    await scene.receive('accepted', 'a');
    expect(scene.overdue()).toMatch(/: webhook:report, webhook:b$/);
    await scene.receive('accepted', 'c');
    expect(scene.heard()).toHaveLength(2);
  });

  test('is no news after a sleep of the machine: senders get the grace first', async () => {
    const { clock } = scene;
    await clock.set(clock.now() + 3 * DAY);
    expect(scene.heard()).toEqual([]);
    await clock.advance(30 * MINUTE - 1);
    expect(scene.heard()).toEqual([]);
    await clock.advance(1);
    expect(scene.heard()).toEqual([expect.stringMatching(SILENT)]);
  });
});

describe('who is told', () => {
  test('is the chat of the notices where the trigger has one, and nobody where there is no chat', async () => {
    const other = { bot: 'default', chat: 9 };
    const { chat: _, ...nobody } = hook('nobody', daily).spec;
    const silent = { ...hook('nobody', daily), spec: nobody };
    await scene.save(hook('report', daily, { noticeChat: other }), silent);
    await scene.clock.advance(2 * DAY);
    expect(scene.said.map(({ to }) => to)).toEqual([other]);
    expect(scene.overdue()).toMatch(/: webhook:report, webhook:nobody$/);
  });

  test('hears nothing of a trigger that is muted there, and is not told later', async () => {
    await scene.mutes.mute(report, 'default/-7', 2 * DAY);
    await scene.clock.advance(DAY + HOUR);
    expect(scene.overdue()).toMatch(/: webhook:report$/);
    await scene.clock.advance(9 * DAY);
    expect(scene.heard()).toEqual([]);
  });
});

describe('a pause', () => {
  test.for([report, undefined])('of %s holds the time, which counts anew after it', async (trigger) => {
    const { clock } = scene;
    await clock.advance(DAY);
    await scene.pause(trigger, clock.now() + 5 * DAY);
    await clock.advance(5 * DAY);
    expect([scene.heard(), scene.overdue()]).toEqual([[], undefined]);
    await clock.advance(DAY + 30 * MINUTE - 1);
    expect(scene.heard()).toEqual([]);
    await clock.advance(1);
    expect(scene.heard()).toEqual([expect.stringMatching(/since Wed 2026-01-07 01:00/)]);
  });

  test('takes the condition away; the delivery after it is told, for its silence was', async () => {
    await scene.clock.advance(2 * DAY);
    expect(scene.heard()).toEqual([expect.stringMatching(SILENT)]);
    await scene.pause(report);
    expect(scene.overdue()).toBeUndefined();
    await scene.resume(report);
    expect(scene.overdue()).toBeUndefined();
    await scene.receive();
    expect(scene.heard()).toEqual([expect.stringMatching(AGAIN)]);
  });

  test('of everything that ends leaves that of the trigger', async () => {
    await scene.pause(report);
    await scene.pause(undefined);
    await scene.resume(undefined);
    await scene.clock.advance(9 * DAY);
    expect(scene.heard()).toEqual([]);
    await scene.resume(report);
    await scene.clock.advance(DAY + 30 * MINUTE);
    expect(scene.heard()).toHaveLength(1);
  });

  test('that ended while the service was down makes the time count from the start', async () => {
    await scene.pause(report, scene.clock.now() + DAY);
    await scene.restart(3 * DAY);
    await scene.clock.advance(DAY + 30 * MINUTE - 1);
    expect(scene.heard()).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.heard()).toHaveLength(1);
  });
});

describe('a save', () => {
  test('that changes nothing of it changes nothing', async () => {
    await scene.clock.advance(DAY);
    const before = await scene.kept();
    await scene.save(hook('report', { ...daily }, { notifyOnFailure: true }), hook('more'));
    expect(await scene.kept()).toEqual(before);
    await scene.clock.advance(30 * MINUTE);
    expect(scene.heard()).toHaveLength(1);
  });

  test('of another time lets it count anew, also after it was told', async () => {
    await scene.clock.advance(2 * DAY);
    scene.heard();
    await scene.save(hook('report', { everyMs: HOUR, graceMs: 0 }));
    expect(scene.overdue()).toBeUndefined();
    await scene.clock.advance(HOUR - 1);
    expect(scene.heard()).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.heard()).toHaveLength(1);
  });

  test('of another grace moves the deadline alone', async () => {
    await scene.clock.advance(DAY);
    await scene.save(hook('report', { ...daily, graceMs: 2 * HOUR }));
    await scene.clock.advance(2 * HOUR - 1);
    expect(scene.heard()).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.heard()).toEqual([expect.stringMatching(/since Thu 2026-01-01 01:00 .*grace 2h/)]);
  });

  test.for([
    ['the key', [hook('report')]],
    ['the webhook', []],
  ] as const)('without %s forgets it; with it again, it begins anew', async ([, without]) => {
    await scene.clock.advance(2 * DAY);
    scene.heard();
    await scene.save(...without);
    expect(await scene.kept()).toEqual(new Map());
    expect([scene.overdue(), scene.clock.pending]).toEqual([undefined, 0]);
    await scene.save(hook('report', daily));
    await scene.receive();
    expect(scene.heard()).toEqual([]);
    await scene.clock.advance(DAY + HOUR);
    expect(scene.heard()).toHaveLength(1);
  });
});

describe('a restart', () => {
  test('tells no silence again that was told, and its end all the same', async () => {
    await scene.clock.advance(2 * DAY);
    scene.heard();
    await scene.restart(HOUR);
    expect(scene.overdue()).toMatch(/: webhook:report$/);
    await scene.clock.advance(9 * DAY);
    expect(scene.heard()).toEqual([]);
    await scene.receive();
    expect(scene.heard()).toEqual([expect.stringMatching(/again, 10d 1h late$/)]);
    await scene.restart(HOUR);
    expect(scene.heard()).toEqual([]);
  });

  test('keeps since when it is expected', async () => {
    await scene.clock.advance(DAY - HOUR);
    await scene.restart(0);
    await scene.clock.advance(HOUR + 30 * MINUTE);
    expect(scene.heard()).toEqual([expect.stringMatching(/since Thu 2026-01-01 01:00/)]);
  });

  test('gives a deadline that passed meanwhile the grace', async () => {
    await scene.restart(3 * DAY);
    await scene.clock.advance(30 * MINUTE - 1);
    expect(scene.heard()).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.heard()).toHaveLength(1);
  });

  test.for(['run', 'count'] as const)('finds the last delivery by its %s', async (trace) => {
    const { clock, ledger } = scene;
    await clock.advance(20 * HOUR);
    const at = clock.now();
    if (trace === 'run') {
      const admission = { trigger: report, source: 'webhook', admittedAt: at, dueAt: at } as const;
      await ledger.runs.admit({ admissions: [sampleAdmission(sampleSpec(), admission)] });
    } else {
      const day = '2026-01-01';
      const row = { trigger: report, day, reason: null, count: 1, lastAt: at };
      const refused = { ...row, verdict: 'unauthorized', lastAt: at + HOUR };
      await ledger.deliveries.count([{ ...row, verdict: 'accepted' }, refused]);
    }
    await scene.restart(HOUR);
    await clock.advance(23 * HOUR + 30 * MINUTE - 1);
    expect(scene.heard()).toEqual([]);
    await clock.advance(1);
    expect(scene.heard()).toEqual([expect.stringMatching(/since Thu 2026-01-01 21:00/)]);
  });

  test('tells of a delivery whose notice an earlier life did not live to write', async () => {
    const { clock, ledger } = scene;
    await clock.advance(2 * DAY);
    scene.heard();
    await scene.stop();
    const admission = { trigger: report, source: 'webhook', admittedAt: clock.now() } as const;
    await ledger.runs.admit({ admissions: [sampleAdmission(sampleSpec(), admission)] });
    await scene.start();
    expect(scene.heard()).toEqual([expect.stringMatching(/again, 1d late$/)]);
  });

  test('forgets what it cannot read', async () => {
    await scene.stop();
    await scene.ledger.chat.remember('expected:webhook:report', '{"everyMs":');
    await scene.ledger.chat.remember('expected:nonsense', '{}');
    await scene.start();
    expect([...(await scene.kept()).keys()]).toEqual(['expected:webhook:report']);
    await scene.clock.advance(DAY + 30 * MINUTE);
    expect(scene.heard()).toHaveLength(1);
  });
});

describe('where the store refuses', () => {
  test('a notice, it is told a second later', async () => {
    scene.refusals = 2;
    await scene.clock.advance(DAY + 30 * MINUTE);
    expect(scene.heard()).toEqual([]);
    expect(scene.overdue()).toMatch(/: webhook:report$/);
    await scene.clock.advance(1_999);
    expect(scene.heard()).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.heard()).toEqual([expect.stringMatching(SILENT)]);
    await scene.clock.advance(DAY);
    expect(scene.heard()).toEqual([]);
  });

  test('what is to be kept, that is written later', async () => {
    const { ledger, clock } = scene;
    const remember = ledger.chat.remember.bind(ledger.chat);
    ledger.chat.remember = () => Promise.reject(new AppError('unavailable', 'disk full'));
    await clock.advance(2 * DAY);
    expect(scene.heard()).toHaveLength(1);
    ledger.chat.remember = remember;
    await clock.advance(1_000);
    await scene.restart();
    await clock.advance(2 * DAY);
    expect(scene.heard()).toEqual([]);
  });

  test('a notice until something arrives, nothing is left to tell', async () => {
    scene.refusals = 1;
    await scene.clock.advance(DAY + 30 * MINUTE);
    await scene.receive();
    await scene.clock.advance(DAY);
    expect(scene.heard()).toEqual([]);
    expect(scene.overdue()).toBeUndefined();
  });
});

test('a delivery that arrives while its silence is told ends it', async () => {
  const slow = Promise.withResolvers<void>();
  scene.storeReady = slow.promise;
  await scene.clock.advance(DAY + 30 * MINUTE);
  await scene.receive();
  slow.resolve();
  await scene.clock.advance(0);
  expect(scene.heard()).toEqual([expect.stringMatching(SILENT), expect.stringMatching(AGAIN)]);
  expect(scene.overdue()).toBeUndefined();
});
