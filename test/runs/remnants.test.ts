/** Holds when files are looked at whose runs have ended: soon while they grow, ever later while they do not, and no more in the end. */
import { describe, expect, it } from 'vitest';
import { Remnants } from '../../src/runs/remnants.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** Files by their sizes, and when each was looked at. */
class Folder {
  readonly clock = new FakeClock();
  readonly sizes = new Map<string, number>();
  readonly looks: string[] = [];
  readonly remnants = new Remnants(this.clock, async (file) => {
    this.looks.push(`${file} ${this.clock.monotonic()}`);
    const size = this.sizes.get(file);
    return size === undefined ? undefined : { found: size, left: Math.min(size, 100) };
  });

  async next(): Promise<void> {
    await this.clock.advance(this.clock.nextIn() ?? 0);
  }
}

describe('a file', () => {
  it('that nobody writes to is looked at ever later, and no more after an hour', async () => {
    const folder = new Folder();
    folder.sizes.set('a', 7);
    folder.remnants.watch('a', 100);
    while (folder.clock.pending > 0) await folder.next();
    const at = folder.looks.map((look) => Number(look.slice(2)));
    expect(at.slice(0, 3)).toEqual([100, 500, 2_100]);
    expect(at.at(-1)).toBeGreaterThan(2_000_000);
    expect(at).toHaveLength(8);
  });

  it('that grows is looked at soon again, from however late a look', async () => {
    const folder = new Folder();
    folder.sizes.set('a', 7);
    folder.remnants.watch('a', 100);
    for (let look = 0; look < 4; look += 1) await folder.next();
    const before = folder.clock.monotonic();
    folder.sizes.set('a', 8);
    await folder.next();
    const grown = folder.clock.monotonic();
    await folder.next();
    expect(grown - before).toBe(25_600);
    expect(folder.clock.monotonic() - grown).toBe(50);
  });

  it('that is cut back at each look grows, whatever its size after that', async () => {
    const folder = new Folder();
    folder.sizes.set('a', 900);
    folder.remnants.watch('a', 100);
    for (let look = 0; look < 9; look += 1) await folder.next();
    expect(folder.clock.monotonic()).toBeLessThan(1_000);
  });

  it('that is gone is looked at once', async () => {
    const folder = new Folder();
    folder.remnants.watch('a', 100);
    await folder.next();
    expect([folder.looks, folder.clock.pending]).toEqual([['a 100'], 0]);
  });
});

it('looks at the 500 that ended last', async () => {
  const folder = new Folder();
  for (let n = 0; n < 501; n += 1) folder.remnants.watch(`f${n}`, 100);
  await folder.next();
  expect(folder.looks).toHaveLength(500);
  expect(folder.looks[0]).toBe('f1 100');
});

it('looks at nothing once it is disposed of', async () => {
  const folder = new Folder();
  folder.remnants.watch('a', 100);
  folder.remnants[Symbol.dispose]();
  folder.remnants.watch('b', 100);
  expect([folder.clock.pending, folder.looks]).toEqual([0, []]);
});
