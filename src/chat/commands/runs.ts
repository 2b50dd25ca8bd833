/** `/runs`: what ran lately, or everything about one run. */
import { formatDuration } from '../../core/duration.ts';
import type { MessageView } from '../../core/views.ts';
import type { LostReport } from '../../core/report-ledger.ts';
import { chatKey } from '../../core/message.ts';
import type { Attempt, Run } from '../../core/run.ts';
import { isTerminal } from '../../core/run.ts';
import { buttonRow, cancelButton, logButton, retryButton } from '../buttons.ts';
import type { Asking, ChatCommand, ChatWorld, Said } from '../command.ts';
import { chatOf, reachRun } from '../reach.ts';
import { mayDo } from '../roles.ts';
import { momentIn } from '../times.ts';
import { runLine } from '../words.ts';

const LISTED = 15;

/** Users see the runs of their chat, operators all. */
export const runs: ChatCommand = {
  name: 'runs',
  role: 'user',
  usage: ['ID?', 'failed'],
  summary: 'what ran lately, what failed and was not run again, or all about one run',
  examples: [
    { line: '/runs', does: 'lists the newest' },
    { line: '/runs failed', does: 'lists the failures that nobody has run again' },
    { line: '/runs 5c1d07a2b3c4', does: 'shows one, its attempts and what became of its messages' },
  ],
  handle(asking, world) {
    if (asking.text === '') return list({}, asking, world);
    if (asking.text.toLowerCase() === 'failed') return list({ dead: true }, asking, world);
    return show(asking.text, asking, world);
  },
};

async function list(
  which: { readonly dead?: true },
  asking: Asking,
  { control, clock }: ChatWorld,
): Promise<Said> {
  const isAll = mayDo(asking.role, 'operator');
  const found = await control.runs({ limit: LISTED, ...which, ...(isAll ? {} : { chat: chatOf(asking) }) });
  if (found.length === 0)
    return { text: which.dead ? 'nothing failed that was not run again' : 'nothing has run yet' };
  const now = clock.now();
  return { text: found.map((run) => runLine(run, now)).join('\n') };
}

async function show(id: string, asking: Asking, world: ChatWorld): Promise<Said> {
  const run = await reachRun(id, asking, world);
  const { messages, lostReports } = await world.control.run(run.id);
  const { zone } = asking.profile;
  const lines = [
    runLine(run, world.clock.now()),
    `due ${momentIn(zone, run.dueAt)}, revision ${run.revision}`,
    ...run.attempts.map((attempt) => attemptLine(attempt, zone)),
    ...messages.map(messageLine),
    ...lostReports.map(lostLine),
    run.id,
  ];
  return { text: lines.join('\n'), buttons: [buttonsOf(run)] };
}

function attemptLine(
  { number, startedAt, endedAt, exitCode, endedBy, reason }: Attempt,
  zone: string,
): string {
  const facts = [
    endedAt === null ? 'still running' : `took ${formatDuration(endedAt - startedAt)}`,
    ...(exitCode === null ? [] : [`exit ${exitCode}`]),
    ...(endedBy === null ? [] : [`ended by ${endedBy}`]),
    ...(reason === null ? [] : [reason]),
  ];
  return `attempt ${number}, ${momentIn(zone, startedAt)}: ${facts.join(', ')}`;
}

/** That the run succeeded and that its message arrived are two facts. */
function messageLine({ to, kind, state, reason }: MessageView): string {
  return `✉️ ${kind} to ${chatKey(to)}: ${state}${reason === null ? '' : ` (${reason})`}`;
}

function lostLine({ kind, reason }: LostReport): string {
  return `📡 ${kind === 'callback' ? 'callback' : `ping of the ${kind}`}: given up (${reason})`;
}

function buttonsOf({ id, state }: Run): ReturnType<typeof buttonRow> {
  return buttonRow(logButton(id), isTerminal(state) ? retryButton(id) : cancelButton(id));
}
