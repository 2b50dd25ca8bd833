/** `/at`: an agent later, once; the list of what is pending, and its end. */
import type { PendingShot } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import { buttonRow } from '../buttons.ts';
import type { Asking, ChatCommand, ChatWorld, Said } from '../command.ts';
import { askOf, orderOf } from '../order.ts';
import { chatOf } from '../reach.ts';
import { distance, momentIn } from '../times.ts';
import { usageError } from '../wording.ts';
import { shortId } from '../words.ts';

const USAGE = ['/at WHEN PROMPT', '/at list', '/at cancel ID'];
const FORMS = 'WHEN is 30m, 1h30m, 90s, 2d, 14:30, tomorrow 9am or 2026-12-24 18:00';
/** Words that a moment is written with at most: `next friday at 9:30 am`. */
const MOST_WORDS = 5;
/** What is wrong with a moment that could be read. */
const OUT_OF_RANGE = /in the past$|is farther ahead than/;

export const at: ChatCommand = {
  name: 'at',
  role: 'user',
  usage: ['WHEN PROMPT', 'list', 'cancel ID'],
  summary: 'start an agent once, later; list or cancel what is pending',
  examples: [
    { line: '/at 30m check the build', does: 'asks an agent in half an hour' },
    { line: '/at tomorrow 9am summarise the open issues', does: "asks at nine, in the chat's zone" },
    { line: '/at list', does: 'lists what is pending in this chat' },
  ],
  async handle(asking, world) {
    const [word = '', id, ...others] = asking.text.split(/\s+/);
    if (word === '') throw usageError(`when, and what? ${FORMS}`, USAGE);
    if (word.toLowerCase() === 'list' && id === undefined) return listPending(asking, world);
    if (word.toLowerCase() === 'cancel' && others.length === 0) return cancelPending(id, asking, world);
    return schedule(asking, world);
  },
};

async function schedule(asking: Asking, world: ChatWorld): Promise<Said> {
  const { zone } = asking.profile;
  const { when, prompt } = await splitWhen(asking.text, zone, world);
  if (prompt === '') throw usageError(`what is to be done ${when}? the prompt is missing`, USAGE);
  const { run, dueAt } = await world.control.at({
    when,
    what: { kind: 'prompt', ...askOf(asking, prompt) },
    zone,
    order: orderOf(asking),
  });
  return {
    text: `⏳ scheduled: ${momentIn(zone, dueAt)}, ${distance(dueAt, world.clock.now())}\nid ${shortId(run)}; cancel with /at cancel ${shortId(run)}`,
    buttons: [buttonRow({ label: 'Cancel', command: `/at cancel ${run}` })],
  };
}

interface Split {
  readonly when: string;
  readonly prompt: string;
}

/** The longest beginning that is a moment, and the rest. Throws what is wrong with the shortest. */
async function splitWhen(text: string, zone: string, { control }: ChatWorld): Promise<Split> {
  const cuts = [...text.matchAll(/\S+(?=\s|$)/g)]
    .slice(0, MOST_WORDS)
    .map(({ index, 0: word }) => index + word.length);
  let problem: unknown;
  for (const cut of cuts.reverse()) {
    const when = text.slice(0, cut);
    try {
      await control.when({ text: when, zone });
      return { when, prompt: text.slice(cut).trim() };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_argument') throw error;
      // It was read: whether it may be so far away is decided with what is asked.
      if (OUT_OF_RANGE.test(error.message)) return { when, prompt: text.slice(cut).trim() };
      problem = error;
    }
  }
  throw problem;
}

function pendingOf(asking: Asking, { control }: ChatWorld): Promise<readonly PendingShot[]> {
  return control.pending({ chat: chatOf(asking) });
}

async function listPending(asking: Asking, world: ChatWorld): Promise<Said> {
  const pending = await pendingOf(asking, world);
  if (pending.length === 0) return { text: 'nothing is pending in this chat' };
  const now = world.clock.now();
  const { zone } = asking.profile;
  const lines = pending.map(
    ({ run, dueAt, title }) =>
      `🕒 ${shortId(run)} ${momentIn(zone, dueAt)}, ${distance(dueAt, now)}\n   ${title}`,
  );
  return { text: [...lines, 'cancel one with /at cancel ID'].join('\n') };
}

async function cancelPending(id: string | undefined, asking: Asking, world: ChatWorld): Promise<Said> {
  if (id === undefined) throw usageError('which one? /at list shows the ids', USAGE);
  const pending = await pendingOf(asking, world);
  const found = pending.filter(({ run }) => run.endsWith(id.toLowerCase()));
  const [shot] = found;
  if (shot === undefined)
    throw new AppError('not_found', `nothing pending in this chat has the id ${id}; /at list shows them`);
  if (found.length > 1)
    throw new AppError('ambiguous', `${id} fits ${found.length} of them; give more of the id`);
  await world.control.cancel(shot.run, { wait: false });
  return { text: `🚫 cancelled ${shortId(shot.run)}, due ${momentIn(asking.profile.zone, shot.dueAt)}` };
}
