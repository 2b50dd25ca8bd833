/** What the default chat does not take of the service reaches the admins, and nothing else does. */
import { expect, test } from 'vitest';
import { passedOn } from '../../../src/service/chat/passed-on.ts';
import { sampleChat } from '../../support/samples.ts';
import { CHAT, sampleRow } from './samples.ts';

const settings = sampleChat({ defaultChat: CHAT.chat, admins: new Set([2, 3, CHAT.chat]) });
const row = sampleRow({ key: 'notice:reload:7:0', kind: 'notice' });

test.each(['reload:7:0', 'condition:listener_down:7:0', 'tz-data:2026a:7:0'])(
  'notice:%s goes to every other admin',
  (key) => {
    const { content } = row;
    expect(passedOn({ ...row, key: `notice:${key}` }, settings)).toEqual(
      [2, 3].map((chat) => ({
        key: `notice:passed-on:${chat}:notice:${key}`,
        to: { bot: CHAT.bot, chat },
        kind: 'notice',
        content,
      })),
    );
  },
);

test.each([
  ['a notice about a run', { ...row, key: 'notice:missed:7:0' }],
  ['what goes to another chat', { ...row, to: { ...CHAT, chat: 2 } }],
  ['what was passed on', { ...row, key: 'notice:passed-on:2:notice:reload:7:0' }],
])('%s goes nowhere', (_, other) => {
  expect(passedOn(other, settings)).toEqual([]);
});
