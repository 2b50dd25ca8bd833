/** Holds that what an engine would refuse of a trigger is said when the file is read, not when a run is due. */
import { describe, expect, test } from 'vitest';
import { said } from './support/load.ts';

/** What is said of the engine that a webhook names. */
async function saidOf(engine: string, ...lines: readonly string[]): Promise<readonly string[]> {
  const webhook = ['[[triggers.webhooks]]', 'id = "a"', 'path = "/a"', 'secret = "s"'];
  const mine = ['[engines.mine]', 'command = ["true"]', ''];
  const text = [...webhook, `engine = "${engine}"`, 'prompt = "look"', ...lines, ...mine].join('\n');
  return (await said(text)).filter((line) => line.includes('.engine:'));
}

describe('a webhook', () => {
  test.for<[string, string, readonly string[], string]>([
    ['that amp cannot keep from writing', 'amp', [], 'amp has no way to limit its tools for one run; choose'],
    ['that gives codex a list of tools', 'codex', ['tools = ["Read"]'], 'no flag that limits it to a list'],
    ['that tells gemini how to think', 'gemini', ['reasoning = "high"'], 'gemini cannot be told a reasoning'],
  ])('%s is refused where it stands', async ([, engine, lines, words]) => {
    expect(await saidOf(engine, ...lines)).toEqual([
      expect.stringMatching(new RegExp(`^5:1 triggers\\.webhooks\\[0\\]\\.engine: .*${words}`)),
    ]);
  });

  test('for a command that nothing limits loads with a warning, unless it is trusted', async () => {
    expect(await saidOf('mine')).toEqual([
      expect.stringMatching(/^5:1 \(warning\) .*nothing is known that would limit the tools of mine/),
    ]);
    expect(await saidOf('mine', 'trust = "trusted"')).toEqual([]);
  });

  test('for an engine that can be limited loads as it is', async () => {
    expect(await saidOf('claude')).toEqual([]);
  });
});
