import { expect, it } from 'vitest';
import { Turns } from '../../../src/service/reports/turns.ts';

it('has so many places for each name, and gives one that is left to who waits longest', async () => {
  const turns = new Turns(2);
  const order: string[] = [];
  const take = async (name: string, who: string): Promise<Disposable> => {
    const turn = await turns.take(name);
    order.push(who);
    return turn;
  };
  const first = await take('a', 'first');
  await take('a', 'second');
  const third = take('a', 'third');
  const fourth = take('a', 'fourth');
  await take('b', 'elsewhere');
  expect(order).toEqual(['first', 'second', 'elsewhere']);
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  await fourth;
  expect(order.slice(3)).toEqual(['third', 'fourth']);
});
