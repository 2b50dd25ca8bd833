/** `/mute` and `/unmute`: leaves the messages of a trigger out of this chat for a while. */
import { parseDuration } from '../../core/duration.ts';
import type { ChatCommand } from '../command.ts';
import { chatOf, reachTrigger } from '../reach.ts';
import { momentIn } from '../times.ts';
import { usageError } from '../wording.ts';

const A_DAY_MS = 86_400_000;

/** Its runs go on all the same. */
export const mute: ChatCommand = {
  name: 'mute',
  role: 'user',
  usage: ['TRIGGER', 'TRIGGER FOR'],
  summary: 'leave the messages of a trigger out of this chat, for a day unless told',
  examples: [{ line: '/mute nightly 3d', does: 'silence about it for three days' }],
  async handle(asking, world) {
    const { trigger, rest: length } = world.control.splitTrigger({ text: asking.text });
    if (trigger === '') throw usageError('which trigger?', ['/mute TRIGGER', '/mute TRIGGER FOR']);
    const forMs = length === '' ? A_DAY_MS : parseDuration(length);
    if (forMs === undefined)
      throw usageError(`"${length}" is no length of time such as 3d`, ['/mute TRIGGER FOR']);
    const { id } = await reachTrigger(trigger, asking, world);
    const until = await world.control.mute({ trigger: id, chat: chatOf(asking), forMs });
    return {
      text: `🔇 nothing of ${id} here until ${momentIn(asking.profile.zone, until)}; /unmute ${id} ends that`,
    };
  },
};

/** Ends that before its time. */
export const unmute: ChatCommand = {
  name: 'unmute',
  role: 'user',
  usage: ['TRIGGER'],
  summary: 'let the messages of a trigger into this chat again',
  examples: [{ line: '/unmute nightly', does: 'ends /mute' }],
  async handle(asking, world) {
    if (asking.text === '') throw usageError('which trigger?', ['/unmute TRIGGER']);
    const { id } = await reachTrigger(asking.text, asking, world);
    await world.control.mute({ trigger: id, chat: chatOf(asking), forMs: 0 });
    return { text: `🔊 ${id} is told of here again` };
  },
};
