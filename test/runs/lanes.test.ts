import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import type { Candidate } from '../../src/runs/lanes.ts';
import { Occupancy, deal } from '../../src/runs/lanes.ts';
import { sampleLimits } from '../support/samples.ts';

const free = { maxConcurrent: Infinity, engine: undefined, project: undefined };
const candidate = (name: string, traits: Partial<Candidate['traits']> = {}): Candidate => ({
  trigger: triggerId('webhook', name),
  traits: { ...free, lane: triggerId('webhook', name), ...traits },
});
const plain = (dealt: ReturnType<typeof deal>): Record<string, number> =>
  Object.fromEntries(dealt.map(({ trigger, max }) => [trigger.slice('webhook:'.length), max]));

describe('dealing out places', () => {
  it('gives each waiting trigger its turn before anyone gets a second place', () => {
    const dealt = deal([candidate('a'), candidate('b'), candidate('c')], new Occupancy(), sampleLimits());
    expect(plain(dealt)).toEqual({ a: 2, b: 1, c: 1 });
  });

  it('counts what runs already, of the trigger, its engine and its project', () => {
    const occupancy = new Occupancy();
    const claude = candidate('a', { engine: 'claude', maxConcurrent: 2 });
    occupancy.enter(claude.traits);
    const limits = sampleLimits({ maxConcurrent: 10, perEngine: { claude: 3 }, perProject: { shop: 1 } });
    const shop = [candidate('c', { project: 'shop' }), candidate('d', { project: 'shop' })];
    const dealt = deal([claude, candidate('b', { engine: 'claude' }), ...shop], occupancy, limits);
    expect(plain(dealt)).toEqual({ a: 1, b: 1, c: 1 });
    expect(occupancy.total).toBe(1);
  });

  it('gives nothing when everything is taken, and reads no candidate then', () => {
    const occupancy = new Occupancy();
    for (let index = 0; index < 4; index += 1)
      occupancy.enter({ ...free, lane: triggerId('cron', `x${index}`) });
    let read = 0;
    const candidates = (function* endless(): Generator<Candidate> {
      for (;;) {
        read += 1;
        yield candidate(`t${read}`);
      }
    })();
    expect(deal(candidates, occupancy, sampleLimits())).toEqual([]);
    expect(read).toBeLessThanOrEqual(1);
  });

  it('keeps every limit and wastes no place, whatever waits', () => {
    const anyTraits = fc.record({
      maxConcurrent: fc.constantFrom(1, 2, Infinity),
      engine: fc.constantFrom(undefined, 'claude', 'codex'),
      project: fc.constantFrom(undefined, 'shop'),
    });
    fc.assert(
      fc.property(
        fc.array(anyTraits, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (traits, places) => {
          const candidates = traits.map((each, index) => candidate(`t${index}`, each));
          const limits = sampleLimits({
            maxConcurrent: places,
            perEngine: { claude: 2 },
            perProject: { shop: 1 },
          });
          const occupancy = new Occupancy();
          const dealt = deal(candidates, occupancy, limits);
          expect(occupancy.total).toBe(0);
          for (const { trigger, max } of dealt) {
            const traits = candidates.find((each) => each.trigger === trigger)?.traits ?? {
              ...free,
              lane: trigger,
            };
            for (let taken = 0; taken < max; taken += 1) {
              expect(occupancy.room(traits, limits)).toBeGreaterThanOrEqual(1);
              occupancy.enter(traits);
            }
          }
          const left = candidates.filter((each) => occupancy.room(each.traits, limits) >= 1);
          expect(left).toEqual([]);
        },
      ),
    );
  });
});
