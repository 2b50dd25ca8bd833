/** Operators look at plugins, admins change them. */
import { expect, test } from 'vitest';
import { plugin } from '../../../src/chat/commands/plugin.ts';
import { asking, chatWorld, wordsOf } from '../world.ts';

const ask = async (text: string, role: 'operator' | 'admin'): Promise<string> =>
  wordsOf(await plugin.handle(asking(text, { role }), chatWorld().world));

test.each(['reload', 'reload hello', 'watch hello', 'unwatch'])('/plugin %s is for admins', async (text) => {
  await expect(ask(text, 'operator')).rejects.toMatchObject({ code: 'denied' });
  expect(await ask(text, 'admin')).not.toBe('');
});

test.each([
  ['', /^hello: loaded · generation 3 \(0123456789ab\) · \/hello$/],
  ['log hello', /here$/],
  ['log hello 100', /here$/],
])('/plugin %s is for operators too', async (text, words) => {
  expect(await ask(text, 'operator')).toMatch(words);
});

test.each(['install x', 'reload a b', 'log', 'log hello 0', 'log hello 101', 'log hello x', 'log hello 5 6'])(
  '/plugin %s is refused with the ways there are',
  async (text) => {
    await expect(ask(text, 'admin')).rejects.toMatchObject({ code: 'invalid_argument' });
  },
);
