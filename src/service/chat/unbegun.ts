/** Decides what becomes of the message of a run that ended while it waited: it does not wait for ever. */
import { runKey } from '../../chat/keys.ts';
import { isUnbegunEnd, unbegunContent } from '../../chat/render/unbegun.ts';
import type { UnbegunRun } from '../../chat/render/unbegun.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { AppEvent } from '../../core/event.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import { TERMINAL_BOT } from '../../core/message.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { Run } from '../../core/run.ts';

/** Where runs and their messages are looked up. */
export interface UnbegunDeps {
  readonly runs: Pick<RunLedger, 'get' | 'spec'>;
  readonly chat: Pick<ChatLedger, 'messagesOf'>;
}

type RunEvent = Extract<AppEvent, { readonly kind: 'run' }>;
type Ended = UnbegunRun & Pick<Run, 'id' | 'source'>;
type Place = Pick<OutgoingMessage, 'key' | 'to'> & { readonly replyTo: number | undefined };

/** What takes the place of the messages that show the run as waiting; often there are none. Rejects with `unavailable`. */
export async function endOfUnbegun(run: Ended, deps: UnbegunDeps): Promise<readonly OutgoingMessage[]> {
  const places = await placesOf(run, deps);
  return places.map(({ key, to, replyTo }) => ({
    ...{ key, to, run: run.id },
    kind: 'final',
    content: unbegunContent(run, replyTo),
  }));
}

/** The same for an end that a run came to by itself; whoever cancels one says so. Rejects with `unavailable`. */
export async function endByItself(
  { run: id, state, reason }: RunEvent,
  deps: UnbegunDeps,
): Promise<readonly OutgoingMessage[]> {
  if (state === 'cancelled' || !isUnbegunEnd(state)) return [];
  const run = await deps.runs.get(id);
  // One that was claimed was told with its end.
  if (run !== undefined && run.startedAt !== null && state === 'skipped') return [];
  // One that was admitted as ended never waited.
  if (run === undefined || (state !== 'superseded' && run.endedAt === run.admittedAt)) return [];
  return endOfUnbegun({ ...run, state, reason }, deps);
}

/** The message as it has to be now: its run may have ended before the message could say that it waits. Rejects with `unavailable`. */
export async function unlessEnded(
  message: OutgoingMessage,
  { runs }: Pick<UnbegunDeps, 'runs'>,
): Promise<OutgoingMessage> {
  if (message.kind !== 'working' || message.run === undefined) return message;
  const run = await runs.get(message.run);
  // One that has begun has said its own last word.
  if (run === undefined || run.startedAt !== null || !isUnbegunEnd(run.state)) return message;
  const content = unbegunContent({ ...run, state: run.state }, message.content.replyTo);
  return { ...message, kind: 'final', content };
}

/** Newest runs of each kind of end that a start looks at. */
const MOST_LOOKED_AT = 50;

/**
 * The same for runs whose end an earlier life could not tell any more. Those that somebody cancelled, and those that began,
 * were told in one transaction with their end. Rejects with `unavailable`.
 */
export async function leftUnended(
  deps: UnbegunDeps & { readonly runs: Pick<RunLedger, 'list'> },
): Promise<readonly OutgoingMessage[]> {
  const ends = ['superseded', 'missed', 'skipped'] as const;
  const told = ends.map(async (state) => {
    const runs = await deps.runs.list({ state, limit: MOST_LOOKED_AT });
    const inChats = runs.filter(({ chat }) => chat !== null);
    return Promise.all(inChats.map((run) => endOfUnbegun({ ...run, state }, deps)));
  });
  return (await Promise.all(told)).flat(2);
}

/** The terminal has no rows: what it was shown follows from the run. */
async function placesOf(run: Ended, { runs, chat }: UnbegunDeps): Promise<readonly Place[]> {
  const rows = (await chat.messagesOf(run.id)).filter(({ kind }) => kind === 'working');
  if (rows.length > 0) return rows.map(({ key, to, content: { replyTo } }) => ({ key, to, replyTo }));
  const spec = await runs.spec(run.id);
  const isShown = spec?.action.kind === 'agent_run' && (run.source !== 'at' || run.startedAt !== null);
  if (!isShown || spec.chat?.bot !== TERMINAL_BOT) return [];
  return [{ key: runKey(run.id, spec.chat, 0), to: spec.chat, replyTo: spec.replyTo }];
}
