/** Holds where the name of a trigger ends in what somebody writes about it. */
import { expect, test } from 'vitest';
import { splitName } from '../../src/chat/named.ts';
import type { TriggerView } from '../../src/core/control.ts';
import { AppError } from '../../src/core/errors.ts';
import { triggerId } from '../../src/core/ids.ts';
import { chatWorld } from './world.ts';

const names = ['daily', 'daily review', 'push', 'a  b'];

async function triggers({ trigger = '' }: { readonly trigger?: string }): Promise<readonly TriggerView[]> {
  if (trigger === 'twice two') throw new AppError('ambiguous', 'two of them');
  const name = trigger.replace(/^cron:/, '');
  if (!names.includes(name)) throw new AppError('not_found', `no trigger ${trigger} is configured`);
  return [{ id: triggerId('cron', name) } as TriggerView];
}

test.for([
  ['daily', 'daily', ''],
  ['daily 2h', 'daily', '2h'],
  ['daily review', 'daily review', ''],
  ['daily review 2h', 'daily review', '2h'],
  ['cron:daily review\n2h', 'cron:daily review', '2h'],
  ['a  b 2h', 'a  b', '2h'],
  ['push {"ref": "main",\n "n": 1}', 'push', '{"ref": "main",\n "n": 1}'],
  ['twice two 2h', 'twice two', '2h'],
  ['nobody knows it', 'nobody', 'knows it'],
  ['', '', ''],
] as const)('%j is about %j, and says %j', async ([text, name, rest]) => {
  const { world } = chatWorld({ control: { triggers } });
  expect(await splitName(text, world)).toEqual({ name, rest });
});

test('a store that is away is not taken for a name that nobody has', async () => {
  const away = async (): Promise<never> => {
    throw new AppError('unavailable', 'the disk is full');
  };
  const { world } = chatWorld({ control: { triggers: away } });
  await expect(splitName('daily 2h', world)).rejects.toMatchObject({ code: 'unavailable' });
});
