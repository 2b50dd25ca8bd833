/** Which files of hooks are missed after a restart. */
import { expect, it } from 'vitest';
import type { Hook, HookPlace } from '../../../src/core/hook.ts';
import { placesOf, rememberHooks } from '../../../src/service/hooks/missed.ts';
import type { Scope } from '../../../src/service/hooks/scope.ts';
import { unread } from '../../../src/service/hooks/scope.ts';

const kept = new Map<string, string>();
const memory = {
  remember: async (name: string, value: string | undefined) => {
    if (value === undefined) kept.delete(name);
    else kept.set(name, value);
  },
  memories: async (prefix: string) => new Map([...kept].filter(([name]) => name.startsWith(prefix))),
};
const place: HookPlace = { file: '/srv/hooks.toml', isNamed: false };
const other: HookPlace = { file: '/srv/other.toml', isNamed: true };
const having = (where: HookPlace, hooks: Scope['hooks']): Scope => ({ ...unread(where), hooks });
const hook = { event: 'before_run', name: 'x' } as Hook;
const isMissed = async (): Promise<boolean | undefined> => (await placesOf([place], memory))[0]?.isMissed;

it('those that had hooks, also while they are broken, until they have none or are no place any more', async () => {
  expect(await isMissed()).toBe(false);
  await rememberHooks([having(place, [hook]), having(other, [])], memory);
  expect(await isMissed()).toBe(true);
  await rememberHooks([having(place, undefined)], memory);
  expect(await isMissed()).toBe(true);
  await rememberHooks([having(place, [])], memory);
  expect(await isMissed()).toBe(false);
  await rememberHooks([having(place, [hook])], memory);
  await rememberHooks([having(other, [hook])], memory);
  expect([await isMissed(), [...kept.keys()]]).toEqual([false, ['hooks:/srv/other.toml']]);
});
