import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import type { AppEvent } from '../../src/core/event.ts';
import type { Log } from '../../src/core/log.ts';
import { silentLog } from '../../src/core/log.ts';
import type { CronTrigger } from '../../src/core/trigger.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { compileSchedule } from '../../src/scheduler/schedule.ts';
import { ZONE_MEMORY, readZoneMemory, zoneMemoryOf } from '../../src/service/zone-memory.ts';
import { Zones } from '../../src/service/zones.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleAdmission, sampleCron, sampleSnapshot, sampleSpec } from '../support/samples.ts';

const NOW = Date.UTC(2026, 6, 1, 12);

function cron(name: string, expression: string, change: Partial<CronTrigger> = {}): CronTrigger {
  const compiled = compileSchedule({ expression, zone: 'Europe/Berlin' });
  if (!compiled.ok) throw new Error(compiled.message);
  return sampleCron(name, { schedule: compiled.schedule, armHash: compiled.schedule.key, ...change });
}

const nightly = cron('nightly', '30 2 * * *');
const hourly = cron('hourly', '0 * * * *');

/** What a start in `version` would have kept, its walls an hour ahead of what they are. */
function anHourAhead(crons: readonly CronTrigger[], version: string): string {
  const read = JSON.parse(zoneMemoryOf(sampleSnapshot(crons), version, NOW)) as {
    readonly zones: Record<string, ReadonlyArray<{ readonly offsets: number[] }>>;
  };
  for (const year of Object.values(read.zones).flat())
    for (const index of year.offsets.keys()) year.offsets[index] = (year.offsets[index] ?? 0) + 3_600_000;
  return JSON.stringify(read);
}

describe('a start', () => {
  let ledger: MemoryLedger;
  let events: AppEvent[];
  let warned: string[];

  beforeEach(() => {
    ledger = new MemoryLedger();
    events = [];
    warned = [];
  });

  function zonesIn(
    version: string,
    chat: ConstructorParameters<typeof Zones>[0]['chat'] = ledger.chat,
  ): Zones {
    const log: Log = { ...silentLog, warn: (message) => void warned.push(message) };
    const publish = (event: AppEvent): void => void events.push(event);
    return new Zones({ chat, triggers: ledger.triggers, version, publish, clock: new FakeClock(NOW), log });
  }

  async function begin(crons: readonly CronTrigger[], version = '2026b'): Promise<void> {
    await zonesIn(version).begin(sampleSnapshot(crons));
  }

  const kept = async (): Promise<string | undefined> => ledger.chat.remembered(ZONE_MEMORY);

  test('remembers the rules it runs with, and says nothing the first time', async () => {
    await begin([nightly]);
    expect(await kept()).toBe(zoneMemoryOf(sampleSnapshot([nightly]), '2026b', NOW));
    expect({ events, warned }).toEqual({ events: [], warned: [] });
  });

  test('under another version names the crons whose fires moved, and both moments', async () => {
    await ledger.chat.remember(ZONE_MEMORY, anHourAhead([nightly, hourly], '2026a'));
    await begin([nightly, hourly]);
    const [was, now] = [Date.UTC(2026, 6, 1, 23, 30), Date.UTC(2026, 6, 2, 0, 30)];
    expect(events).toEqual([
      {
        ...{ kind: 'tz-data', before: '2026a', version: '2026b', at: NOW, more: 0 },
        moved: [{ trigger: nightly.id, zone: 'Europe/Berlin', was, now }],
      },
    ]);
    expect(readZoneMemory((await kept()) ?? '')?.version).toBe('2026b');
  });

  test('under the same version says nothing, whatever the rules', async () => {
    await ledger.chat.remember(ZONE_MEMORY, anHourAhead([nightly], '2026b'));
    await begin([nightly]);
    expect(events).toEqual([]);
    expect(await kept()).toBe(zoneMemoryOf(sampleSnapshot([nightly]), '2026b', NOW));
  });

  test('under another version with the same rules tells that nothing moved', async () => {
    await begin([nightly], '2026a');
    await begin([nightly], '2026b');
    expect(events).toEqual([
      { kind: 'tz-data', before: '2026a', version: '2026b', at: NOW, moved: [], more: 0 },
    ]);
  });

  test('names twenty crons and counts the rest', async () => {
    const crons = Array.from({ length: 23 }, (_, n) => cron(`job-${n}`, '30 2 * * *'));
    await ledger.chat.remember(ZONE_MEMORY, anHourAhead(crons, '2026a'));
    await begin(crons);
    expect(events).toMatchObject([{ moved: { length: 20 }, more: 3 }]);
  });

  test('leaves out a one-shot that has had its run', async () => {
    const once = cron('once', '30 2 * * *', { runOnce: true });
    await ledger.chat.remember(ZONE_MEMORY, anHourAhead([once], '2026a'));
    await ledger.triggers.arm(new Map([[once.id, once.armHash]]), NOW);
    await begin([once]);
    await ledger.chat.remember(ZONE_MEMORY, anHourAhead([once], '2026a'));
    const spec = sampleSpec('once');
    await ledger.runs.admit({ admissions: [sampleAdmission(spec, { spends: once.armHash })] });
    await begin([once]);
    expect(events).toMatchObject([{ moved: { length: 1 } }, { moved: { length: 0 } }]);
  });

  test('leaves out what it cannot read, with a warning, and remembers anew', async () => {
    await ledger.chat.remember(ZONE_MEMORY, '{"version":"2026a","zones":{"Europe/Berlin":"damaged"}}');
    await begin([nightly]);
    expect({ events, warned }).toEqual({
      events: [],
      warned: ['what was remembered of time zone data is damaged and is left out'],
    });
    expect(await kept()).toBe(zoneMemoryOf(sampleSnapshot([nightly]), '2026b', NOW));
  });

  test('goes on when the store refuses, with a warning', async () => {
    const refuse = (): Promise<never> => Promise.reject(new AppError('unavailable', 'EIO'));
    await zonesIn('2026b', { remember: refuse, remembered: refuse }).begin(sampleSnapshot([nightly]));
    expect(warned).toEqual([
      'cannot compare time zone data with that of the last start',
      'cannot remember time zone data',
    ]);
  });

  test('is followed by swaps: a new zone is remembered, and nothing is written where none is new', async () => {
    const written: string[] = [];
    const zones = zonesIn('2026b', {
      remembered: () => Promise.resolve(undefined),
      remember: (_, text) => Promise.resolve(void written.push(text ?? '')),
    });
    await zones.begin(sampleSnapshot([hourly]));
    await zones.keep(sampleSnapshot([hourly, nightly]));
    expect(written).toHaveLength(1);
    const compiled = compileSchedule({ expression: '30 2 * * *', zone: 'Asia/Gaza' });
    if (!compiled.ok) throw new Error(compiled.message);
    await zones.keep(sampleSnapshot([hourly, sampleCron('gaza', { schedule: compiled.schedule })]));
    expect([...(readZoneMemory(written[1] ?? '')?.zones.keys() ?? [])]).toEqual([
      'Asia/Gaza',
      'Europe/Berlin',
    ]);
  });
});
