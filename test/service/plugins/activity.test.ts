/** A plugin that writes a file has been at work, one that somebody edits has not. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Activity } from '../../../src/service/plugins/activity.ts';
import { PluginBench } from '../../plugins/support.ts';

const WRITES = `import { writeFile } from 'node:fs/promises';
export default { commands: { write: { run: () => writeFile(new URL('./out.txt', import.meta.url), 'x') } } };`;

/** A thread that says that it has worked for so long. */
function worked(ms: number): { ms: number; workedMs(): Promise<number> } {
  return {
    ms,
    async workedMs() {
      return this.ms;
    },
  };
}

test('what a thread does is work, but not what an idle one seems to do', async () => {
  const host = worked(40);
  const activity = new Activity(() => ({ startedAt: 1, host }));
  const asked = [await activity.wasAtWork('p'), await activity.wasAtWork('p')];
  for (const ms of [0.1, 0.3]) {
    host.ms += ms;
    asked.push(await activity.wasAtWork('p'));
  }
  expect(asked).toEqual([true, false, false, true]);
});

test('a start is work, whatever came of it, and whether anything serves now', async () => {
  let thread = { startedAt: 1, host: worked(40) };
  const activity = new Activity((id) => (id === 'p' ? thread : { startedAt: undefined, host: undefined }));
  const twice = async (id: string): Promise<readonly boolean[]> => [
    await activity.wasAtWork(id),
    await activity.wasAtWork(id),
  ];
  await activity.wasAtWork('p');
  thread = { ...thread, startedAt: 2 };
  expect(await twice('p')).toEqual([true, false]);
  thread = { ...thread, host: worked(40) };
  expect(await twice('p')).toEqual([true, false]);
  expect(await twice('gone')).toEqual([true, false]);
});

test('the thread of a plugin comes to rest, and one small write is seen', async () => {
  await using bench = await PluginBench.make({ 'p/index.mjs': WRITES });
  await bench.reload();
  const activity = new Activity((id) => ({
    startedAt: 1,
    host: bench.registry.current().get(id)?.live?.host,
  }));
  const rest = async (): Promise<void> => {
    do await wait(20);
    while (await activity.wasAtWork('p'));
  };
  await rest();
  await bench.say('p', 'write');
  expect(await activity.wasAtWork('p')).toBe(true);
  await rest();
});
