/** Decides what chats are told of runs that show no message of their own, by what their triggers ask for. */
import type { Button, Destination, OutgoingMessage } from '../../core/message.ts';
import { buttonsAfter } from './buttons.ts';
import type { EndedRun } from './ended.ts';
import { endingOf, isFailure, reasonOf } from './ended.ts';
import { runKey } from '../keys.ts';
import { triggerName } from './origin.ts';
import { plainText } from './plain.ts';
import { splitText } from './split.ts';
import { unmarked } from './styled.ts';

interface Notice {
  readonly text: string;
  readonly silent: boolean;
  readonly buttons: readonly Button[];
}

/** The notice of the run's end, if its trigger asks for one: at most one message. */
export function noticeMessages(ended: EndedRun, to: Destination): readonly OutgoingMessage[] {
  const notice = noticeOf(ended);
  if (notice === undefined) return [];
  const { text, silent, buttons } = notice;
  const content = { text, silent, ...(buttons.length > 0 ? { buttons: [buttons] } : {}) };
  const { id } = ended.run;
  return [{ key: runKey(id, to, 'notice:0'), to, kind: 'notice', run: id, content }];
}

/** What the run itself says to a chat, word for word. */
export function saidMessages(
  { run, message }: Pick<EndedRun, 'run' | 'message'>,
  to: Destination,
): readonly OutgoingMessage[] {
  if (message === undefined) return [];
  const { text, silent } = message;
  return splitText(unmarked(plainText(text))).map((part, index) => ({
    key: runKey(run.id, to, `message:${index}`),
    to,
    kind: 'notice',
    run: run.id,
    content: { text: part.text, silent },
  }));
}

function noticeOf(ended: EndedRun): Notice | undefined {
  const ending = endingOf(ended.settlement);
  if (ending === 'succeeded') return success(ended);
  if (!isFailure(ending) || !ended.run.spec.notifyOnFailure) return undefined;
  const symbol = ending === 'interrupted' ? '⚠️' : '❌';
  return { text: `${symbol} ${sentence(ended)}`, silent: false, buttons: buttonsAfter(ending, ended.run) };
}

/** That it works again says also that it went well. */
function success(ended: EndedRun): Notice | undefined {
  const { run, afterFailure } = ended;
  const quiet = { silent: true, buttons: [] };
  if (afterFailure && run.spec.notifyOnRecovery === true) {
    return { text: `💚 ${triggerName(run.trigger)} works again`, ...quiet };
  }
  return run.spec.notifyOnSuccess ? { text: `✅ ${sentence(ended)}`, ...quiet } : undefined;
}

function sentence({ run, settlement }: EndedRun): string {
  return `${triggerName(run.trigger)} (${run.spec.action.kind}): ${reasonOf(settlement) || settlement.state}`;
}
