import { expect, test } from 'vitest';
import { missed } from '../../../src/chat/commands/missed.ts';
import { triggerId } from '../../../src/core/ids.ts';
import { asking, chatWorld, NOW, wordsOf } from '../world.ts';

const row = { trigger: triggerId('cron', 'nightly'), missed: 0, firstDueAt: NOW, lastDueAt: NOW };
const batch = { at: NOW, why: 'down', triggers: [{ ...row, fate: 'made-up' as const }] };

test.for([
  ['last', 'the last moment of each trigger is made up or left out already'],
  ['all', 'nothing is left to make up'],
] as const)('/missed %s says so where nothing is left of it', async ([choice, words]) => {
  const { world } = chatWorld({ control: { missed: async () => batch, makeUp: async () => [] } });
  expect(wordsOf(await missed.handle(asking(`${choice} ${NOW}`), world))).toBe(words);
});
