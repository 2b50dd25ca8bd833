import { expect, it } from 'vitest';
import type { HooksFile } from '../../../src/config/hooks-file.ts';
import type { Hook } from '../../../src/core/hook.ts';
import { lookedAt, unread } from '../../../src/service/hooks/scope.ts';
import type { Scope } from '../../../src/service/hooks/scope.ts';

const hook: Hook = {
  event: 'before_run',
  name: 'x',
  argv: ['x'],
  cwd: '/srv',
  timeoutMs: 1,
  onError: 'deny',
};
const file = '/srv/hooks.toml';
const good: HooksFile = { kind: 'good', hooks: [hook], issues: [] };
const bad: HooksFile = {
  kind: 'bad',
  issues: [{ file, line: 3, column: 1, path: '', message: 'odd', severity: 'error' }],
};
const missing: HooksFile = { kind: 'missing' };
const empty: HooksFile = { kind: 'good', hooks: [], issues: [] };

interface Look {
  readonly read: HooksFile;
  readonly isEmptying?: boolean;
}

function after(isNamed: boolean, looks: readonly Look[]): Scope {
  return looks.reduce<Scope>(
    (scope, { read, isEmptying = false }) => lookedAt(scope, read, isEmptying),
    unread({ file, isNamed }),
  );
}

const gone = { read: missing };
const agreed = { read: missing, isEmptying: true };

it.each<
  [
    what: string,
    isNamed: boolean,
    ...rest: readonly [looks: readonly Look[], hooks: number | undefined, issue?: string],
  ]
>([
  ['a good file', true, [{ read: good }], 1],
  ['a bad file from the start', true, [{ read: bad }], undefined, 'error'],
  ['a bad file after a good one', true, [{ read: good }, { read: bad }], 1, 'error'],
  ['a file that is mended', true, [{ read: bad }, { read: good }], 1],
  ['a named file that is not there', true, [gone], undefined, 'error'],
  ['a file that nobody names', false, [gone], 0],
  ['a bad one that nobody names, deleted', false, [{ read: bad }, gone], 0],
  ['a deleted file', true, [{ read: good }, gone], 1, 'warning'],
  ['a deleted file that nobody names', false, [{ read: good }, gone, gone], 1, 'warning'],
  ['a deleted file without hooks', false, [{ read: empty }, gone], 0, 'warning'],
  ['a bad file, then deleted', true, [{ read: good }, { read: bad }, gone], 1, 'warning'],
  ['a deleted file, agreed to', true, [{ read: good }, agreed], 0],
  ['a deleted file, agreed to, looked at again', true, [{ read: good }, agreed, gone], 0],
  ['one that is agreed to and comes back', true, [{ read: good }, agreed, { read: good }], 1],
  ['one that came back and is deleted again', true, [agreed, { read: good }, gone], 1, 'warning'],
  ['agreeing while the file is there', true, [{ read: good }, { read: bad, isEmptying: true }], 1, 'error'],
])('%s', (_what, isNamed, ...[looks, hooks, issue]) => {
  const scope = after(isNamed, looks);
  expect([scope.hooks?.length, scope.issues[0]?.severity]).toEqual([hooks, issue]);
});

it('one that had hooks before a restart is missed, until it is back or somebody agrees', () => {
  const missed: Scope = { ...unread({ file, isNamed: false }), isMissed: true };
  const look = (scope: Scope, read: HooksFile, isEmptying = false): Scope =>
    lookedAt(scope, read, isEmptying);
  const still = look(look(missed, missing), missing);
  expect([still.hooks, still.issues[0]?.severity]).toEqual([undefined, 'error']);
  expect(look(look(missed, bad), missing).hooks).toBeUndefined();
  expect(look(still, good).hooks).toEqual([hook]);
  expect(look(look(still, missing, true), missing)).toMatchObject({ hooks: [], issues: [] });
});
