/** Holds the tools in use to their promises: a result has the name of its tool, and only of its own. */
import { expect, test } from 'vitest';
import { runningTools } from '../../src/engines/running.ts';

test('a result has the name under which its tool began, whichever ends first', () => {
  const tools = runningTools();
  expect(tools.begin({ id: '1', name: 'Read', input: { path: 'a' } })).toEqual({
    kind: 'tool',
    name: 'Read',
    detail: 'a',
  });
  tools.begin({ id: '2', name: 'Bash', input: {} });
  expect(tools.end('2', true)).toEqual({ kind: 'tool_result', name: 'Bash', isError: true });
  expect(tools.end('1', false)).toEqual({ kind: 'tool_result', name: 'Read', isError: false });
});

test('a tool that has ended, and one that never began, has no name', () => {
  const tools = runningTools();
  tools.begin({ id: '1', name: 'Read', input: {} });
  tools.end('1', false);
  expect(tools.end('1', false)).toMatchObject({ name: null });
  expect(tools.end(['1'], false)).toMatchObject({ name: null });
});

test('a tool without an id or a name is one nevertheless', () => {
  expect(runningTools().begin({ id: undefined, name: 7, input: null })).toEqual({
    kind: 'tool',
    name: 'tool',
    detail: '',
  });
});
