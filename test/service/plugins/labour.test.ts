/** A plugin that writes a file has been at work, one that somebody edits has not. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Labour } from '../../../src/service/plugins/labour.ts';
import { PluginBench } from '../../plugins/support.ts';

const WRITES = `import { writeFile } from 'node:fs/promises';
export default { commands: { write: { run: () => writeFile(new URL('./out.txt', import.meta.url), 'x') } } };`;

test('the thread of a plugin tells whether it did something', async () => {
  await using bench = await PluginBench.make({ 'p/index.mjs': WRITES });
  await bench.reload();
  let startedAt = 1;
  const labour = new Labour((id) => ({ startedAt, host: bench.registry.current().get(id)?.live?.host }));
  const asked = [await labour.wasAtWork('p')];
  // What a thread does once it has begun, collecting garbage for one.
  await wait(300);
  await labour.wasAtWork('p');
  await wait(100);
  asked.push(await labour.wasAtWork('p'));
  await bench.say('p', 'write');
  asked.push(await labour.wasAtWork('p'));
  await wait(100);
  await labour.wasAtWork('p');
  await wait(100);
  asked.push(await labour.wasAtWork('p'));
  startedAt = 2;
  asked.push(
    await labour.wasAtWork('p'),
    await labour.wasAtWork('p'),
    await labour.wasAtWork('gone'),
    await labour.wasAtWork('gone'),
  );
  expect(asked).toEqual([true, false, true, false, true, false, true, false]);
});
