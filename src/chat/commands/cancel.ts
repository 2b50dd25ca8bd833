/** `/cancel`: ends the run that is replied to or named, else the one thing in this chat that can be meant. */
import { AppError } from '../../core/errors.ts';
import { shortId } from '../../core/ids.ts';
import type { RunId } from '../../core/ids.ts';
import type { Run } from '../../core/run.ts';
import { buttonRow, cancelButton } from '../buttons.ts';
import type { Asking, ChatCommand, ChatWorld, Said } from '../command.ts';
import { chatOf, reachRun } from '../reach.ts';
import { repliedRun } from '../replied.ts';
import { runLine } from '../words.ts';

/** As many as a list of buttons can show. */
const MOST_LISTED = 20;

const MOST_LOOKED_AT = 1_000;

/** Several that can be meant are listed, and none of them is ended. */
export const cancel: ChatCommand = {
  name: 'cancel',
  role: 'user',
  usage: ['ID?'],
  summary:
    'end a run: the one replied to, the one named, else the one at work, the one waiting, or all that is pending',
  examples: [{ line: '/cancel', does: 'ends what is at work in this chat' }],
  async handle(asking, world) {
    const { replyTo } = asking.incoming;
    if (asking.text !== '') return end(await reachRun(asking.text, asking, world), world);
    const replied = await repliedRun(asking, world);
    if (replied !== undefined) return end(await reachRun(replied, asking, world), world);
    if (replyTo !== undefined) throw new AppError('not_found', 'that message is about no run');
    return endWhatIsMeant(asking, world);
  },
};

async function end(run: Run, { control }: ChatWorld): Promise<Said> {
  await control.cancel(run.id, { wait: false });
  const what = run.state === 'running' ? 'cancelling' : 'cancelled';
  return { text: `🚫 ${what} ${nameOf(run)}` };
}

/** What can be meant without an id. */
type Meant =
  | { readonly kind: 'these'; readonly runs: readonly RunId[] }
  | { readonly kind: 'one of'; readonly words: string; readonly runs: readonly Run[] };

/** Heard again after a sudden death, it means what it meant the first time, and not the next thing that can be meant. */
async function endWhatIsMeant(asking: Asking, world: ChatWorld): Promise<Said> {
  const meant = await whatIsMeant(asking, world);
  const runs = await world.control.decide({
    chat: chatOf(asking),
    request: asking.incoming.id,
    choice: meant.kind === 'these' ? meant.runs : [],
  });
  if (runs.length > 0) return endThese(runs, world);
  if (meant.kind === 'one of') return listed(meant, world);
  return { text: 'nothing is running in this chat, and nothing is pending' };
}

/** What is nearer to being at work is meant first. */
const GROUPS = [
  { state: 'running', words: 'running', isOne: () => true },
  { state: 'queued', words: 'queued', isOne: () => true },
  {
    state: 'scheduled',
    words: 'waiting to be tried again',
    isOne: ({ startedAt }: Run) => startedAt !== null,
  },
] as const;

async function whatIsMeant(asking: Asking, { control }: ChatWorld): Promise<Meant> {
  const chat = chatOf(asking);
  for (const { state, words, isOne } of GROUPS) {
    const found = await control.runs({ chat, state, limit: MOST_LOOKED_AT });
    const runs = found.filter(isOne);
    if (runs.length > 1) return { kind: 'one of', words, runs };
    if (runs.length === 1) return { kind: 'these', runs: runs.map(({ id }) => id) };
  }
  const pending = await control.pending({ chat });
  return { kind: 'these', runs: pending.map(({ run }) => run) };
}

function listed({ words, runs }: Extract<Meant, { readonly kind: 'one of' }>, { clock }: ChatWorld): Said {
  const now = clock.now();
  const shown = runs.slice(0, MOST_LISTED);
  return {
    text: [`which one? ${runs.length} are ${words}:`, ...shown.map((run) => runLine(run, now))].join('\n'),
    buttons: shown.map(({ id }) => buttonRow(cancelButton(id, `Cancel ${shortId(id)}`))),
  };
}

async function endThese(ids: readonly RunId[], { control }: ChatWorld): Promise<Said> {
  const runs: Run[] = [];
  for (const id of ids) runs.push(await ended(id, control));
  if (runs.every(wasToCome)) {
    const names = runs.map(({ id }) => shortId(id)).join(', ');
    return { text: `🚫 nothing was running; cancelled ${runs.length} pending /at: ${names}` };
  }
  return { text: runs.map(fateOf).join('\n') };
}

/** The run as it is afterwards. */
async function ended(id: RunId, control: ChatWorld['control']): Promise<Run> {
  try {
    return await control.cancel(id, { wait: false });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
    // It has ended meanwhile: by this very request before a sudden death, or by itself.
    return (await control.run(id)).run;
  }
}

function wasToCome({ source, state, startedAt }: Run): boolean {
  return source === 'at' && state === 'cancelled' && startedAt === null;
}

function fateOf(run: Run): string {
  switch (run.state) {
    case 'running':
      return `🚫 cancelling ${nameOf(run)}`;
    case 'cancelled':
      return `🚫 cancelled ${nameOf(run)}`;
    default:
      return `🚫 ${nameOf(run)} has ended already: ${run.state}`;
  }
}

function nameOf({ id, trigger }: Run): string {
  return `${shortId(id)} (${trigger})`;
}
