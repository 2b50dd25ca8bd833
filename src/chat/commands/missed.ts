/** `/missed`: what was missed last, and what is to be made up of it. */
import type { MissedBatch } from '../../core/missed.ts';
import type { Asking, ChatCommand, ChatWorld, Said } from '../command.ts';
import { onceOf } from '../order.ts';
import { chatOf } from '../reach.ts';
import { missedWords, settledMessage } from '../render/missed.ts';
import { usageError } from '../wording.ts';
import { counted } from '../words.ts';

const USAGE = ['/missed', '/missed last', '/missed all', '/missed skip'];
const NOTHING = 'no trigger of this chat missed a moment';
const NONE_LEFT = {
  last: 'the last moment of each trigger is made up or left out already',
  all: 'nothing is left to make up',
} as const;

/** Of the newest standstill, or of the one that a button names. */
export const missed: ChatCommand = {
  name: 'missed',
  role: 'user',
  usage: ['', 'last WHICH?', 'all WHICH?', 'skip WHICH?'],
  summary: 'what was missed last while nothing could fire; last, all: make it up now',
  examples: [
    { line: '/missed', does: 'lists it, with buttons' },
    { line: '/missed last', does: 'runs the last moment of each trigger' },
  ],
  async handle(asking, world) {
    const [choice = '', which] = asking.text.split(/\s+/);
    const at = which === undefined ? {} : { at: readMoment(which) };
    const batch = await world.control.missed({ chat: chatOf(asking), ...at });
    if (batch === undefined) return { text: NOTHING };
    if (choice === '') return missedWords(batch, asking.profile.zone);
    return chosen(choice, batch, { asking, world });
  },
};

function readMoment(text: string): number {
  const at = Number(text);
  if (Number.isSafeInteger(at) && at > 0) return at;
  throw usageError(`"${text}" names nothing that was missed: use the buttons of /missed`, USAGE);
}

async function chosen(
  choice: string,
  batch: MissedBatch,
  { asking, world }: { readonly asking: Asking; readonly world: ChatWorld },
): Promise<Said> {
  const { to } = asking.incoming;
  const place = { to, zone: asking.profile.zone };
  const about = { at: batch.at, chat: chatOf(asking) };
  if (choice === 'skip') {
    await world.control.leaveOut(about);
    return { messages: [settledMessage(batch, place, '⏭ left out')] };
  }
  if (choice !== 'last' && choice !== 'all') throw usageError(`what does "${choice}" mean?`, USAGE);
  const taken = await world.control.makeUp({ ...about, which: choice, order: onceOf(asking) });
  if (taken.length === 0) return { text: NONE_LEFT[choice] };
  return { messages: [settledMessage(batch, place, `▶️ ${counted(taken.length, 'run')} began`)] };
}
