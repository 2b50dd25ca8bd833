/** `/why`: what became of a due moment, in a sentence. */
import type { ChatCommand } from '../command.ts';
import { splitName } from '../named.ts';
import { reachTrigger } from '../reach.ts';
import { usageError } from '../wording.ts';

export const why: ChatCommand = {
  name: 'why',
  role: 'user',
  usage: ['TRIGGER TIME?'],
  summary: 'why a trigger did or did not run',
  examples: [
    { line: '/why nightly', does: 'explains its last due moment' },
    { line: '/why nightly 2026-12-24 02:00', does: 'explains that one' },
  ],
  async handle(asking, world) {
    const { name, rest: time } = await splitName(asking.text, world);
    if (name === '') throw usageError('of which trigger?', ['/why TRIGGER TIME?']);
    const { id } = await reachTrigger(name, asking, world);
    const { control } = world;
    const at = time === '' ? undefined : await control.moment({ text: time, zone: asking.profile.zone });
    const { sentence } = await control.why({ trigger: id, ...(at !== undefined && { at }) });
    return { text: sentence };
  },
};
