/** The state of a plugin outlives its absence, for thirty days. */
import { describe, expect, test } from 'vitest';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { dormantPlugins, sweepDormant } from '../../src/plugins/dormant.ts';
import { answerState } from '../../src/plugins/state.ts';
import { FakeClock } from '../support/fake-clock.ts';

const DAY_MS = 86_400_000;

class Shelf {
  readonly clock = new FakeClock();
  readonly #ledger = new MemoryLedger().chat;
  there: readonly string[] = ['foo', 'foo_bar'];

  static async make(): Promise<Shelf> {
    const shelf = new Shelf();
    for (const id of shelf.there)
      for (const key of ['a', 'b']) await answerState(shelf.#ledger, id, { kind: 'set', key, value: 1 });
    return shelf;
  }

  /** Lets so many days pass with a sweep on each. */
  async days(count: number): Promise<readonly string[]> {
    const swept: string[] = [];
    for (let n = 0; n < count; n += 1) {
      await this.clock.advance(DAY_MS);
      swept.push(...(await sweepDormant(this.#ledger, this.#look)));
    }
    return swept;
  }

  async keys(id: string): Promise<unknown> {
    const answer = await answerState(this.#ledger, id, { kind: 'keys' });
    return answer.ok ? answer.value : answer.reason;
  }

  dormant(): ReturnType<typeof dormantPlugins> {
    return dormantPlugins(this.#ledger, this.#look);
  }

  get #look(): { readonly isThere: (id: string) => boolean; readonly now: number } {
    return { isThere: (id) => this.there.includes(id), now: this.clock.now() };
  }
}

describe('the state of a plugin', () => {
  test('is kept as long as the plugin is there', async () => {
    const shelf = await Shelf.make();
    expect(await shelf.days(100)).toEqual([]);
    expect([await shelf.keys('foo'), await shelf.dormant()]).toEqual([['a', 'b'], []]);
  });

  test('goes thirty days after the first look at which it was gone, and no other with it', async () => {
    const shelf = await Shelf.make();
    await shelf.days(10);
    shelf.there = ['foo_bar'];
    expect(await shelf.days(1)).toEqual([]);
    expect(await shelf.dormant()).toEqual([{ id: 'foo', keptUntil: shelf.clock.now() + 30 * DAY_MS }]);
    expect(await shelf.days(29)).toEqual([]);
    expect(await shelf.keys('foo')).toEqual(['a', 'b']);
    expect(await shelf.days(1)).toEqual(['foo']);
    expect([await shelf.keys('foo'), await shelf.keys('foo_bar')]).toEqual([[], ['a', 'b']]);
    expect([await shelf.dormant(), await shelf.days(60)]).toEqual([[], []]);
  });

  test('has its thirty days anew when the plugin was there in between', async () => {
    const shelf = await Shelf.make();
    shelf.there = ['foo_bar'];
    await shelf.days(25);
    shelf.there = ['foo', 'foo_bar'];
    await shelf.days(1);
    shelf.there = ['foo_bar'];
    expect(await shelf.days(30)).toEqual([]);
    expect(await shelf.days(1)).toEqual(['foo']);
  });

  test('is not kept for longer because the clock was ahead when it was noted', async () => {
    const shelf = await Shelf.make();
    shelf.there = [];
    await shelf.days(1);
    await shelf.clock.set(shelf.clock.now() - 400 * DAY_MS);
    expect(await shelf.days(1)).toEqual([]);
    expect(await shelf.days(30)).toEqual(['foo', 'foo_bar']);
  });
});
