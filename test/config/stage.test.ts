/** Of a save that cannot be had nothing that was made ready remains, whatever the reason. */
import { expect, test } from 'vitest';
import type { Prepared, Stage } from '../../src/config/stage.ts';
import { prepareAll } from '../../src/config/stage.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';

const snapshot = {} as Snapshot;

function readied(log: string[], name: string): Stage {
  const staged = { commit: () => [], undo: async () => void log.push(name) };
  return { prepare: async () => ({ kind: 'ready', staged }) };
}

test('a refusal undoes what is ready, the last first', async () => {
  const log: string[] = [];
  const refusal: Prepared = { kind: 'refused', path: ['a'], reason: 'no' };
  const stages = [readied(log, 'one'), readied(log, 'two'), { prepare: async () => refusal }];
  expect(await prepareAll(stages, snapshot, snapshot)).toEqual(refusal);
  expect(log).toEqual(['two', 'one']);
});

test('so does a fault', async () => {
  const log: string[] = [];
  const faulty: Stage = { prepare: () => Promise.reject(new Error('a fault')) };
  await expect(prepareAll([readied(log, 'one'), faulty], snapshot, snapshot)).rejects.toThrow('a fault');
  expect(log).toEqual(['one']);
});
