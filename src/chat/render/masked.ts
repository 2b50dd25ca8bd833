/** Decides how a text loses its secrets and keeps its marks. */
import type { Mark } from '../../core/message.ts';
import type { Mask } from '../../core/secret.ts';
import type { Styled } from './styled.ts';

/** Stretch by stretch, so that marks stay around what they were around; a secret across their borders costs them. */
export function maskedText({ text, marks }: Styled, mask: Mask): Styled {
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
  return mask(masked) === masked ? { text: masked, marks: moved } : { text: mask(text), marks: [] };
}
