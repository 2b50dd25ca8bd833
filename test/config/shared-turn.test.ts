/** Who asks while something is done has what comes after it in common with all others who do. */
import { expect, it } from 'vitest';
import { SharedTurn } from '../../src/config/shared-turn.ts';
import { Turns } from '../../src/config/turns.ts';

it('answers all who ask while something is done by one more after it', async () => {
  const shared = new SharedTurn<number>(new Turns());
  const gate = Promise.withResolvers<undefined>();
  let count = 0;
  const work = async (): Promise<number> => {
    const mine = ++count;
    await gate.promise;
    return mine;
  };
  const asked = [1, 2, 3, 4].map(() => shared.ask(work));
  gate.resolve(undefined);
  expect(await Promise.all(asked)).toEqual([1, 2, 2, 2]);
  expect(await shared.ask(work)).toBe(3);
});
