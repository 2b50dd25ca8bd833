/** Decides which one-shots of a chat are still to come, and what will hold them back. */
import { oneLine } from '../../chat/render/shorten.ts';
import type { RunSpec } from '../../core/action.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import { shortId, triggerId } from '../../core/ids.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import type { Pause } from '../../core/trigger-ledger.ts';
import type { Run } from '../../core/run.ts';
import type { PendingShot, Taken } from '../../core/views.ts';
import { pauseOver } from './held.ts';

/** More than a chat may have. */
const MOST = 1_000;
const TITLE_LENGTH = 80;

/** What showing them needs. */
export interface PendingDeps {
  readonly runs: RunLedger;
  readonly pausesNow: () => readonly Pause[];
}

/** Those of the chat (see `chatKey`), the nearest first. */
export async function pendingShots(deps: PendingDeps, chat: string): Promise<readonly PendingShot[]> {
  const runs = await pendingRuns(deps.runs, chat);
  const shots = await Promise.all(runs.map(({ id, dueAt }) => shotOf({ run: id, dueAt }, deps)));
  return shots.sort((a, b) => a.dueAt - b.dueAt);
}

/** Their rows. */
export async function pendingRuns(runs: RunLedger, chat: string): Promise<readonly Run[]> {
  return (await runs.list({ chat, state: 'scheduled', limit: MOST })).filter(isToCome);
}

/** True for a one-shot that has not had its moment; what waits for another attempt is `scheduled`, too. */
export function isToCome({ source, state, startedAt }: Run): boolean {
  return source === 'at' && state === 'scheduled' && startedAt === null;
}

/** What the one-shot is the only run of. */
export function shotTrigger(run: RunId): TriggerId {
  return triggerId('at', shortId(run));
}

/** One of them as it is shown. */
export async function shotOf(taken: Taken, { runs, pausesNow }: PendingDeps): Promise<PendingShot> {
  const { run, dueAt } = taken;
  return {
    ...taken,
    title: titleOf(await runs.spec(run)),
    pause: pauseOver({ trigger: shotTrigger(run), at: dueAt }, pausesNow()) ?? null,
  };
}

function titleOf(spec: RunSpec | undefined): string {
  if (spec === undefined) return '';
  const { action } = spec;
  if (action.kind !== 'agent_run') return action.kind;
  return oneLine(action.prompt ?? action.promptTemplate ?? '', TITLE_LENGTH);
}
