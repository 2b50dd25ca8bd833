/** Decides that no secret leaves in a message: what the redactor masks is masked before it is kept or sent. */
import { MESSAGE_LIMIT } from '../../chat/render/limits.ts';
import { maskedText } from '../../chat/render/masked.ts';
import type { Mask } from '../../core/secret.ts';
import { stretch } from '../../chat/render/styled.ts';
import type { MessageContent, OutgoingMessage } from '../../core/message.ts';

/** The messages without secrets; those without any are returned as they are. */
export function redacted(messages: readonly OutgoingMessage[], mask: Mask): readonly OutgoingMessage[] {
  return messages.map((message) => {
    const content = redactedContent(message.content, mask);
    return content === message.content ? message : { ...message, content };
  });
}

/** The content without secrets: text, marks at their new places, labels and file; never longer than a message may be. */
export function redactedContent(content: MessageContent, mask: Mask): MessageContent {
  const { text, marks = [], buttons = [], document } = content;
  const file = document === undefined ? undefined : mask(document.text);
  const isClean =
    mask(text) === text &&
    file === document?.text &&
    buttons.every((row) => row.every(({ label }) => mask(label) === label));
  if (isClean) return content;
  const { marks: _, document: __, buttons: ___, ...rest } = content;
  // What stands for a secret may be longer than the secret.
  const styled = stretch(maskedText({ text, marks }, mask), 0, MESSAGE_LIMIT);
  return {
    ...rest,
    text: styled.text,
    ...(styled.marks.length > 0 && { marks: styled.marks }),
    ...(buttons.length > 0 && {
      buttons: buttons.map((row) => row.map((button) => ({ ...button, label: mask(button.label) }))),
    }),
    ...(document !== undefined && file !== undefined && { document: { ...document, text: file } }),
  };
}
