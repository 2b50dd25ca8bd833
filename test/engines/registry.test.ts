/** Holds the registry to its promises: every built-in engine is there, and known by its stream. */
import { expect, test } from 'vitest';
import { builtinEngineNames } from '../../src/core/agent.ts';
import type { AgentUsage } from '../../src/core/agent.ts';
import { noUsage } from '../../src/core/agent.ts';
import { builtinEngine, engineOf } from '../../src/engines/registry.ts';
import { accountOf, eventsIn, recorded, startOf } from './replayed.ts';

test.each(builtinEngineNames)('%s is built in, and known by its stream', (name) => {
  expect(startOf(builtinEngine(name)).ok).toBe(true);
  expect(engineOf(`jsonl:${name}`)).toBe(builtinEngine(name));
});

test.each(['text', 'jsonl:', 'jsonl:mine', 'jsonl:toString', 'claude'])(
  '%s is the stream of none',
  (output) => {
    expect(engineOf(output)).toBeUndefined();
  },
);

test('usage is told of the whole session by codex alone', () => {
  expect(builtinEngineNames.filter((name) => builtinEngine(name).usageOf === 'session')).toEqual(['codex']);
  const { inputTokens } = usageIn('codex/fresh');
  expect(usageIn('codex/resumed').inputTokens).toBe(2 * inputTokens);
});

test.each(['claude', 'gemini', 'opencode', 'pi'] as const)(
  '%s tells the usage of a resumed run alone',
  (name) => {
    expect(usageIn(`${name}/resumed`)).toEqual(usageIn(`${name}/fresh`));
  },
);

function usageIn(name: string): AgentUsage {
  const engine = engineOf(`jsonl:${name.replace(/\/.*/, '')}`);
  return engine === undefined ? noUsage : accountOf(eventsIn(engine, recorded(name))).usage;
}
