import { expect, it } from 'vitest';
import { Turns } from '../../src/config/turns.ts';

it('does one after the other, the first at once, and is idle again when all are done', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  const first = turns.take(async () => {
    log.push('first begins');
    await gate.promise;
    log.push('first ends');
  });
  const second = turns.take(async () => log.push('second'));
  expect([turns.isIdle, log]).toEqual([false, ['first begins']]);
  gate.resolve(undefined);
  await Promise.all([first, second]);
  expect(log).toEqual(['first begins', 'first ends', 'second']);
  await Promise.resolve();
  expect(turns.isIdle).toBe(true);
});

it('tells who asked of a failure, and nobody else', async () => {
  const turns = new Turns();
  const failing = turns.take(() => Promise.reject(new Error('no')));
  const next = turns.take(async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
