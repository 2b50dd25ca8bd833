/** Holds the registry to its promises: every built-in engine is there, and only known streams have a reader. */
import { expect, test } from 'vitest';
import { builtinEngineNames } from '../../src/core/agent.ts';
import { builtinEngine, readerFor } from '../../src/engines/registry.ts';
import { recorded } from './replayed.ts';

test.each(builtinEngineNames)('%s is built in, and its stream has a reader', (name) => {
  expect(builtinEngine(name).start({ command: [name], prompt: 'hi', tools: { kind: 'all' } }).ok).toBe(true);
  expect(readerFor(`jsonl:${name}`)).toBeTypeOf('function');
});

test.each(['text', 'jsonl:', 'jsonl:mine', 'jsonl:toString', 'claude'])('%s has no reader', (output) => {
  expect(readerFor(output)).toBeUndefined();
});

test('a reader by output reads what the engine itself would', () => {
  const [line = ''] = recorded('claude/fresh').toString().split('\n');
  const events = readerFor('jsonl:claude')?.(JSON.parse(line) as Record<string, never>);
  expect(events).toEqual([
    { kind: 'started', session: '26dd8979-e129-4df3-937d-83a7fb9038ae', model: 'claude-opus-5-5' },
  ]);
});
