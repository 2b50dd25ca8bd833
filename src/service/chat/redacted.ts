/** Decides that no secret leaves in a message: what the redactor masks is masked before it is kept or sent. */
import type { Mark, MessageContent, OutgoingMessage } from '../../core/message.ts';

/** Masks the secrets of a text. */
export type Mask = (text: string) => string;

/** The messages without secrets; those without any are returned as they are. */
export function redacted(messages: readonly OutgoingMessage[], mask: Mask): readonly OutgoingMessage[] {
  return messages.map((message) => {
    const content = redactedContent(message.content, mask);
    return content === message.content ? message : { ...message, content };
  });
}

/** The content without secrets: text, marks at their new places, and file. */
export function redactedContent(content: MessageContent, mask: Mask): MessageContent {
  const { text, marks = [], document } = content;
  const file = document === undefined ? undefined : mask(document.text);
  const isClean = mask(text) === text && file === document?.text;
  if (isClean) return content;
  const { marks: _, document: __, ...rest } = content;
  return {
    ...rest,
    ...maskedText(text, marks, mask),
    ...(document !== undefined && file !== undefined && { document: { ...document, text: file } }),
  };
}

/** Stretch by stretch, so that marks stay around what they were around; a secret across their borders costs them. */
function maskedText(
  text: string,
  marks: readonly Mark[],
  mask: Mask,
): Pick<MessageContent, 'text' | 'marks'> {
  let masked = '';
  let from = 0;
  const moved: Mark[] = [];
  for (const mark of marks) {
    masked += mask(text.slice(from, mark.offset));
    const inside = mask(text.slice(mark.offset, mark.offset + mark.length));
    moved.push({ ...mark, offset: masked.length, length: inside.length });
    masked += inside;
    from = mark.offset + mark.length;
  }
  masked += mask(text.slice(from));
  if (mask(masked) !== masked) return { text: mask(text) };
  return moved.length === 0 ? { text: masked } : { text: masked, marks: moved };
}
