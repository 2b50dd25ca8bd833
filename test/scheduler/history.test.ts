/** Whatever happens to a service, every due moment has one row in the end: none is lost, none is there twice. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Admit } from '../../src/core/admission.ts';
import type { Clock } from '../../src/core/clock.ts';
import { AppError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { MissedWord } from '../../src/core/trigger.ts';
import { defaultMissed } from '../../src/core/policy.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { holds } from '../../src/scheduler/hold.ts';
import type { Hold } from '../../src/scheduler/hold.ts';
import { Scheduler } from '../../src/scheduler/loop.ts';
import { releaseHeld } from '../../src/service/resume.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleCron, sampleSnapshot } from '../support/samples.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const isLong = process.env['UNTETHER_TEST_LONG'] === '1';

/** What may happen, one after the other. */
type Deed =
  | { readonly kind: 'wait' | 'set'; readonly minutes: number }
  | {
      readonly kind: 'stop' | 'kill' | 'start' | 'pause' | 'resume' | 'off' | 'on' | 'away' | 'back' | 'edit';
    };

/** A clock whose timers end with the process that set them. */
function mortal(clock: FakeClock): { readonly clock: Clock; readonly die: () => void } {
  let isDead = false;
  const unless = (fire: () => void) => (): void => {
    if (!isDead) fire();
  };
  return {
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, fire) => clock.after(ms, unless(fire)),
      alarm: (at, fire) => clock.alarm(at, unless(fire)),
    },
    die: () => {
      isDead = true;
    },
  };
}

class World {
  readonly clock = new FakeClock(START);
  readonly #ledger = new MemoryLedger();
  readonly #cron;
  #snapshot: Snapshot;
  #life: { readonly scheduler: Scheduler; readonly die: () => void; isOver: boolean } | undefined;
  #isPaused = false;
  #isAway = false;

  constructor(rule: MissedWord) {
    const by = { down: rule, paused: rule, disabled: rule, overlap: 'skip' } as const;
    this.#cron = sampleCron('job', {
      overlap: { kind: 'allow' },
      missed: { ...defaultMissed, by, limit: 3 },
    });
    this.#snapshot = sampleSnapshot([this.#cron]);
  }

  async do(deed: Deed): Promise<void> {
    switch (deed.kind) {
      case 'wait':
        return this.clock.advance(deed.minutes * MINUTE);
      case 'set':
        return this.clock.set(this.clock.now() + deed.minutes * MINUTE);
      case 'stop':
        await this.#life?.scheduler.stop();
        this.#end();
        return;
      case 'kill':
        this.#end();
        return;
      case 'start':
        return this.start();
      case 'pause':
        this.#isPaused = true;
        return;
      case 'resume':
        this.#isPaused = false;
        return this.#release();
      case 'off':
        return this.#swap(sampleSnapshot([], { idleCrons: new Map([[this.#cron.id, this.#cron]]) }));
      case 'on':
        return this.#swap(sampleSnapshot([this.#cron]));
      case 'edit':
        return this.#swap({
          ...this.#snapshot,
          crons: new Map([...this.#snapshot.crons].map(([id, cron]) => [id, { ...cron }])),
        });
      case 'away':
        this.#isAway = true;
        return;
      case 'back':
        this.#isAway = false;
    }
  }

  async start(): Promise<void> {
    if (this.#life !== undefined && !this.#life.isOver) return;
    this.#isAway = false;
    const { clock, die } = mortal(this.clock);
    const life = { isOver: false };
    const admit: Admit = (batch) =>
      this.#isAway || life.isOver
        ? Promise.reject(new AppError('unavailable', 'disk full'))
        : this.#ledger.runs.admit(batch);
    const scheduler = new Scheduler({
      ...{ current: () => this.#snapshot, admit, clock, log: silentLog, random: () => 0.5 },
      ...{ triggers: this.#ledger.triggers, runs: this.#ledger.runs, tellMissed: () => [] },
      holdOf: () => this.#hold(),
    });
    this.#life = Object.assign(life, { scheduler, die });
    await this.#ledger.triggers.arm(new Map([[this.#cron.id, this.#cron.armHash]]), this.clock.now());
    await scheduler.start({ why: 'the service was down' });
    await this.#release();
  }

  /** The minutes that have rows, in order, and each as often as it has one. */
  async minutes(): Promise<readonly number[]> {
    const rows = await this.#ledger.runs.list({ trigger: this.#cron.id, limit: 100_000 });
    return rows.map(({ dueAt }) => (dueAt - START) / MINUTE).sort((a, b) => a - b);
  }

  #hold(): Hold | undefined {
    if (this.#snapshot.crons.size === 0) return holds.disabled;
    return this.#isPaused ? holds.paused : undefined;
  }

  #end(): void {
    if (this.#life === undefined) return;
    this.#life.die();
    this.#life.isOver = true;
  }

  async #swap(next: Snapshot): Promise<void> {
    const previous = this.#snapshot;
    this.#snapshot = next;
    if (this.#life?.isOver === false) this.#life.scheduler.follow(next, previous);
    await this.#release();
  }

  async #release(): Promise<void> {
    const { runs } = this.#ledger;
    const current = (): Snapshot => this.#snapshot;
    const rest = { tellMissed: () => [], publish: () => {}, clock: this.clock };
    await releaseHeld({ runs, current, holdOf: () => this.#hold(), ...rest }, { trigger: undefined });
  }
}

const minutes = fc.oneof(fc.nat(9), fc.constantFrom(0.5, 60));
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      minutes: fc.constantFrom(-90, -2, -0.5, 3, 200),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('stop', 'kill', 'start', 'pause', 'resume', 'off', 'on', 'away', 'back', 'edit'),
    }),
  },
);
const rules = ['skip', 'last', 'all', 'ask'] as const;

it('every due moment has one row in the end', async () => {
  const history = fc.array(deed, { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...rules), history, async (rule, deeds) => {
      const world = new World(rule);
      await world.start();
      let latest = world.clock.now();
      for (const one of deeds) {
        await world.do(one);
        latest = Math.max(latest, world.clock.now());
      }
      await world.do({ kind: 'back' });
      await world.start();
      await world.clock.advance(latest - world.clock.now() + 2 * MINUTE);
      const last = Math.floor((world.clock.now() - START) / MINUTE);
      // A clock that is set back to before the start may bring moments of its own.
      const since = (await world.minutes()).filter((minute) => minute > 0);
      expect(since).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    }),
    { numRuns: isLong ? 5_000 : 40 },
  );
}, 120_000);
