/** Decides which one-shots of a chat are still to come. */
import { oneLine } from '../../chat/render/shorten.ts';
import type { PendingShot } from '../../core/control.ts';
import type { RunLedger } from '../../core/ledger.ts';
import type { RunSpec } from '../../core/action.ts';

/** More than a chat may have. */
const MOST = 1_000;
const TITLE_LENGTH = 80;

/** Those of the chat (see `chatKey`), the nearest first. */
export async function pendingShots(runs: RunLedger, chat: string): Promise<readonly PendingShot[]> {
  const scheduled = await runs.list({ chat, state: 'scheduled', limit: MOST });
  const shots = scheduled.filter(({ source, startedAt }) => source === 'at' && startedAt === null);
  const titled = await Promise.all(
    shots.map(async ({ id, dueAt }) => ({ run: id, dueAt, title: titleOf(await runs.spec(id)) })),
  );
  return titled.sort((a, b) => a.dueAt - b.dueAt);
}

function titleOf(spec: RunSpec | undefined): string {
  if (spec === undefined) return '';
  const { action } = spec;
  if (action.kind !== 'agent_run') return action.kind;
  return oneLine(action.prompt ?? action.promptTemplate ?? '', TITLE_LENGTH);
}
