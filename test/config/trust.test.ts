/** Holds how far data in prompts is trusted, as one table. */
import { describe, expect, test } from 'vitest';
import type { AgentAction } from '../../src/core/action.ts';
import { loaded } from './support/load.ts';

const FETCH = 'fetch = { type = "http_get", url = "https://example.com/issues" }';
const kinds = {
  cron: '[[triggers.crons]]\nid = "a"\nschedule = "0 9 * * *"',
  webhook: '[[triggers.webhooks]]\nid = "a"\npath = "/a"\nsecret = "s"',
};

async function agent(kind: keyof typeof kinds, ...lines: readonly string[]): Promise<AgentAction> {
  const text = [kinds[kind], 'engine = "claude"', 'prompt = "look"', ...lines, ''].join('\n');
  const { snapshot } = await loaded(text);
  const [trigger] = [...snapshot.crons.values(), ...snapshot.webhooks.values()];
  return trigger!.spec.action as AgentAction;
}

describe('the data in a prompt', () => {
  test.for([
    ['cron', [], 'unmarked', 'all'],
    ['cron', [FETCH], 'marked', 'all'],
    ['cron', ['trust = "untrusted"'], 'marked', 'read-only'],
    ['cron', ['trust = "trusted"', FETCH], 'unmarked', 'all'],
    ['cron', ['trust = "untrusted"', FETCH], 'marked', 'read-only'],
    ['webhook', [], 'marked', 'read-only'],
    ['webhook', [FETCH], 'marked', 'read-only'],
    ['webhook', ['trust = "trusted"'], 'unmarked', 'all'],
    ['webhook', ['trust = "trusted"', FETCH], 'unmarked', 'all'],
    ['webhook', ['trust = "untrusted"'], 'marked', 'read-only'],
  ] as const)('of a %s with %j is %s, and the agent may use %s', async ([kind, lines, mark, tools]) => {
    const { untrusted, ...action } = await agent(kind, ...lines);
    expect([untrusted ? 'marked' : 'unmarked', action.tools]).toEqual([mark, { kind: tools }]);
  });

  test('stays marked where the file names the tools', async () => {
    const { untrusted, tools } = await agent('webhook', 'tools = ["Bash"]');
    expect({ untrusted, tools }).toEqual({ untrusted: true, tools: { kind: 'list', names: ['Bash'] } });
  });
});
