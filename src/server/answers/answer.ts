/** Decides how the sender of a delivery that is in the ledger is answered, by what its webhook says. */
import type { RunId } from '../../core/ids.ts';
import { acceptedReply, replyOf } from '../replies.ts';
import { respond } from '../respond.ts';
import type { AnswerDeps, Sender } from './awaiting.ts';
import { streamOutput } from './stream.ts';
import { waitForResult } from './wait.ts';

/** Answers with 202, or with what comes of the run: now or later. It never throws, and a sender that leaves stops no run. */
export function answerAccepted(sender: Sender, run: RunId, deps: AnswerDeps): void {
  if (!answerLater(sender, run, deps)) respond(sender.outgoing, acceptedReply(run));
}

/** The same for a run that was there already; false: the sender is told at once, by the caller. */
export function answerLater(sender: Sender, run: RunId, deps: AnswerDeps): boolean {
  const { outgoing, trigger } = sender;
  const { answer } = trigger;
  if (answer === undefined) return false;
  const awaiting = { ...sender, run };
  const answering =
    answer.kind === 'wait' ? waitForResult(awaiting, answer, deps) : streamOutput(awaiting, answer, deps);
  answering.catch((error: unknown) => {
    deps.log.error('a sender could not be told of its run', { trigger: trigger.id, run, error });
    if (outgoing.headersSent) outgoing.destroy();
    else respond(outgoing, replyOf('failed', { run }));
  });
  return true;
}
