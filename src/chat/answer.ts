/** Decides how what is said in return becomes messages: in parts, as a file, or as a few words beside the button. */
import type { OutgoingMessage } from '../core/message.ts';
import type { Said, Words } from './command.ts';
import type { Incoming, Reply } from './incoming.ts';
import { answerKey } from './keys.ts';
import { MOST_PARTS, TOAST_LIMIT } from './render/limits.ts';
import { isBlank, plainText } from './render/plain.ts';
import { longText } from './render/split.ts';
import type { Part } from './render/split.ts';

/** The reply; a press is answered beside its button where the words fit there. */
export function replyOf(said: Said, incoming: Incoming): Reply {
  if ('messages' in said) return { messages: said.messages };
  const isToast =
    incoming.kind === 'press' &&
    said.text.length <= TOAST_LIMIT &&
    said.buttons === undefined &&
    said.fileName === undefined;
  return isToast ? { messages: [], toast: said.text } : { messages: messagesOf(said, incoming) };
}

function messagesOf(said: Words, incoming: Incoming): readonly OutgoingMessage[] {
  const { id, kind, to, isGroup, messageId } = incoming;
  const parts = partsOf(said);
  return parts.map((part, index) => ({
    key: answerKey(id, index),
    to,
    kind: 'answer',
    ...(said.run !== undefined && { run: said.run }),
    content: {
      ...part,
      silent: false,
      ...(isGroup && kind === 'message' && messageId !== undefined && { replyTo: messageId }),
      ...(index === parts.length - 1 && said.buttons !== undefined && { buttons: said.buttons }),
    },
  }));
}

/** One message where it fits; else several, and a file for what has a name for one or is very long. */
function partsOf({ text: written, marks = [], fileName }: Words): readonly Part[] {
  const text = plainText(written);
  if (isBlank(text)) return [{ text: '(nothing)' }];
  return longText(
    { text, marks },
    { fileName: fileName ?? 'answer.txt', maxParts: fileName === undefined ? MOST_PARTS : 1 },
  );
}
