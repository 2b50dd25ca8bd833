/** `/at`: an agent later, once; the list of what is pending, and its end. */
import { AppError } from '../../core/errors.ts';
import { shortId } from '../../core/ids.ts';
import type { PendingShot } from '../../core/views.ts';
import { buttonRow } from '../buttons.ts';
import type { Asking, ChatCommand, ChatWorld, Said } from '../command.ts';
import { mannerOf, orderOf } from '../order.ts';
import { chatOf, reachRun } from '../reach.ts';
import { distance, momentIn } from '../times.ts';
import { usageError } from '../wording.ts';
import { untilWhen } from '../words.ts';

const USAGE = ['/at WHEN PROMPT', '/at list', '/at cancel ID'];
const FORMS = 'WHEN is 30m, 1h30m, 90s, 2d, 14:30, tomorrow 9am or 2026-12-24 18:00';

/** Project, engine, model and topic are those of the chat at that moment. */
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

async function schedule(asking: Asking, { control, clock }: ChatWorld): Promise<Said> {
  const { text, profile } = asking;
  const { zone } = profile;
  const shot = await control.askLater({ text, ask: mannerOf(profile), zone, order: orderOf(asking) });
  const { run, dueAt } = shot;
  const id = shortId(run);
  const lines = [
    `⏳ scheduled: ${momentIn(zone, dueAt)}, ${distance(dueAt, clock.now())}`,
    `id ${id}; cancel with /at cancel ${id}`,
    ...(shot.note === undefined ? [] : [`⚠️ ${shot.note}`]),
    ...heldLine(shot, zone),
  ];
  return {
    text: lines.join('\n'),
    buttons: [buttonRow({ label: 'Cancel', command: `/at cancel ${run}` })],
    run,
  };
}

function heldLine({ pause }: PendingShot, zone: string): readonly string[] {
  return pause === null
    ? []
    : [`⏸ everything is paused${untilWhen(pause.until, zone)}: it waits for that to end`];
}

function pendingOf(asking: Asking, { control }: ChatWorld): Promise<readonly PendingShot[]> {
  return control.pending({ chat: chatOf(asking) });
}

async function listPending(asking: Asking, world: ChatWorld): Promise<Said> {
  const pending = await pendingOf(asking, world);
  if (pending.length === 0) return { text: 'nothing is pending in this chat' };
  const now = world.clock.now();
  const { zone } = asking.profile;
  const lines = pending.flatMap((shot) => [
    `🕒 ${shortId(shot.run)} ${momentIn(zone, shot.dueAt)}, ${distance(shot.dueAt, now)}`,
    `   ${shot.title}`,
    ...heldLine(shot, zone).map((line) => `   ${line}`),
  ]);
  return { text: [...lines, 'cancel one with /at cancel ID'].join('\n') };
}

async function cancelPending(id: string | undefined, asking: Asking, world: ChatWorld): Promise<Said> {
  if (id === undefined) throw usageError('which one? /at list shows the ids', USAGE);
  const run = await reachRun(id, asking, world);
  const shot = (await pendingOf(asking, world)).find((one) => one.run === run.id);
  if (shot === undefined)
    throw new AppError('not_found', `nothing pending in this chat has the id ${id}; /at list shows them`);
  await world.control.cancel(shot.run, { wait: false });
  return { text: `🚫 cancelled ${shortId(shot.run)}, due ${momentIn(asking.profile.zone, shot.dueAt)}` };
}
