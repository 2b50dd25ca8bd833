/** Decides the answer of `response = "wait"`: the result of the run, or 202 once the sender was kept long enough. */
import type { SenderAnswer } from '../../core/trigger.ts';
import type { Reply } from '../replies.ts';
import { acceptedReply } from '../replies.ts';
import { respond } from '../respond.ts';
import type { AnswerDeps, Awaiting } from './awaiting.ts';
import { headersOf } from './headers.ts';
import { leaving } from './leaving.ts';
import type { RunResult } from './results.ts';

type Waiting = Extract<SenderAnswer, { readonly kind: 'wait' }>;

/** Of the output, in an answer. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Answers with the end of the run, after the last of its attempts; the run goes on whatever becomes of the sender. */
export async function waitForResult(
  { outgoing, run }: Awaiting,
  answer: Waiting,
  { results, clock }: AnswerDeps,
): Promise<void> {
  using left = leaving(outgoing, clock, answer.timeoutMs);
  const result = await results.ended(run, left.signal);
  if (result === undefined) {
    respond(outgoing, acceptedReply(run));
    return;
  }
  if (result.attempt === 0) {
    const { state, reason } = result;
    const body = `${JSON.stringify({ error: state, reason, run })}\n`;
    respond(
      outgoing,
      replyWith(body, [...headersOf(run, result), ...typed('application/json')], statusOf(result, answer)),
    );
    return;
  }
  const { text, isCut } = await results.output(run, result.attempt, MAX_BODY_BYTES);
  const cut = isCut ? ['Untether-Output', 'cut'] : [];
  const headers = [...headersOf(run, result), ...cut, ...typed(answer.contentType)];
  respond(outgoing, replyWith(text, headers, statusOf(result, answer)));
}

/** By exit code, else by state, else 200 for a success and 500 for everything else. */
export function statusOf({ state, exitCode }: RunResult, { statuses }: Pick<Waiting, 'statuses'>): number {
  const byCode = exitCode === null ? undefined : statuses[String(exitCode)];
  return byCode ?? statuses[state] ?? (state === 'succeeded' ? 200 : 500);
}

function replyWith(body: string, headers: readonly string[], status: number): Reply {
  return { status, body, headers: [...headers, 'Content-Length', String(Buffer.byteLength(body))] };
}

function typed(contentType: string): readonly string[] {
  return ['Content-Type', contentType];
}
