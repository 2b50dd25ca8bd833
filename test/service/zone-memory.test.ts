import { describe, expect, test } from 'vitest';
import { compileSchedule } from '../../src/scheduler/schedule.ts';
import { readZoneMemory, zoneMemoryOf } from '../../src/service/zone-memory.ts';
import { sampleCron, sampleSnapshot } from '../support/samples.ts';

const NOW = Date.UTC(2026, 6, 1);

function inZone(zone: string): ReturnType<typeof sampleCron> {
  const compiled = compileSchedule({ expression: '30 2 * * *', zone });
  if (!compiled.ok) throw new Error(compiled.message);
  return sampleCron(zone.toLowerCase().replace('/', '-'), { schedule: compiled.schedule });
}

const berlin = inZone('Europe/Berlin');
const sydney = inZone('Australia/Sydney');

describe('the tz data that are kept', () => {
  test('are the version and the rules of the zones in use', () => {
    const memory = readZoneMemory(zoneMemoryOf(sampleSnapshot([sydney, berlin]), '2026b', NOW));
    expect(memory?.version).toBe('2026b');
    expect([...(memory?.zones.keys() ?? [])]).toEqual(['Australia/Sydney', 'Europe/Berlin']);
    expect(memory?.zones.get('Europe/Berlin')?.map(({ year }) => year)).toEqual([2026, 2027]);
  });

  test('are the same text for the same zones, in whichever order and at whichever time of the year', () => {
    const text = zoneMemoryOf(sampleSnapshot([sydney, berlin]), '2026b', NOW);
    expect(zoneMemoryOf(sampleSnapshot([berlin, sydney, berlin]), '2026b', NOW + 86_400_000)).toBe(text);
    expect(zoneMemoryOf(sampleSnapshot([berlin]), '2026b', NOW)).not.toBe(text);
    expect(zoneMemoryOf(sampleSnapshot([sydney, berlin]), '2026c', NOW)).not.toBe(text);
  });

  test('hold no zone where nothing is on a wall', () => {
    expect(readZoneMemory(zoneMemoryOf(sampleSnapshot([sampleCron()]), '2026b', NOW))).toEqual({
      version: '2026b',
      zones: new Map(),
    });
  });

  test.for([
    '',
    '{',
    'null',
    '[]',
    '{"version":1,"zones":{}}',
    '{"version":"a"}',
    '{"version":"a","zones":{"UTC":[1]}}',
  ])('are not read from %s', (text) => {
    expect(readZoneMemory(text)).toBeUndefined();
  });
});
