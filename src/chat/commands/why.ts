/** `/why`: what became of a due moment, in a sentence. */
import type { TriggerId } from '../../core/ids.ts';
import { asTriggerId, splitTriggerId } from '../../core/ids.ts';
import type { Asking, ChatCommand, ChatWorld } from '../command.ts';
import { reachRun, reachTrigger } from '../reach.ts';
import { usageError } from '../wording.ts';

/** Of the last due moment, or of the one that is named. */
export const why: ChatCommand = {
  name: 'why',
  role: 'user',
  usage: ['TRIGGER TIME?'],
  summary: 'why a trigger did or did not run',
  examples: [
    { line: '/why nightly', does: 'explains its last due moment' },
    { line: '/why nightly 2026-12-24 02:00', does: 'explains that one, by the clock of its schedule' },
  ],
  async handle(asking, world) {
    const { control } = world;
    const { trigger, rest: text } = control.splitTrigger({ text: asking.text });
    if (trigger === '') throw usageError('of which trigger?', ['/why TRIGGER TIME?']);
    const id = await reach(trigger, asking, world);
    const at = text === '' ? undefined : await control.readTime({ text, trigger: id, side: 'past' });
    const { sentence } = await control.why({ trigger: id, ...(at !== undefined && { at }) });
    return { text: sentence };
  },
};

/** A one-shot is no trigger of the file: it is reached as its run is, whose id it is called by. */
async function reach(name: string, asking: Asking, world: ChatWorld): Promise<TriggerId> {
  const id = asTriggerId(name);
  if (id !== undefined && splitTriggerId(id).kind === 'at') {
    const { trigger } = await reachRun(splitTriggerId(id).name, asking, world);
    if (trigger === id) return id;
  }
  return (await reachTrigger(name, asking, world)).id;
}
