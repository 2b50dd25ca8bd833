/** Holds messages to chats to the promise that no secret is in them. */
import { expect, test } from 'vitest';
import type { MessageContent } from '../../../src/core/message.ts';
import { redactedContent } from '../../../src/service/chat/redacted.ts';

const mask = (text: string): string => text.replaceAll('s3cr3t-value', '[secret]');

test('content without a secret stays the very object', () => {
  const content: MessageContent = { text: 'nothing here', silent: false };
  expect(redactedContent(content, mask)).toBe(content);
});

test('a secret in the text is masked, and marks stay around their words', () => {
  const text = 'key s3cr3t-value in code s3cr3t-value end';
  const { text: masked, marks } = redactedContent(
    { text, silent: true, marks: [{ kind: 'pre', offset: 20, length: 17, language: 'sh' }] },
    mask,
  );
  expect(masked).toBe('key [secret] in code [secret] end');
  const [mark] = marks ?? [];
  expect(masked.slice(mark?.offset, (mark?.offset ?? 0) + (mark?.length ?? 0))).toBe('code [secret]');
  expect(mark).toMatchObject({ kind: 'pre', language: 'sh' });
});

test('a secret across the border of a mark costs the mark, not the secret', () => {
  const content = redactedContent(
    { text: 'a s3cr3t-value b', silent: true, marks: [{ kind: 'code', offset: 0, length: 5 }] },
    mask,
  );
  expect(content).toEqual({ text: 'a [secret] b', silent: true });
});

test('a secret in a file is masked, and all else is kept', () => {
  const content: MessageContent = {
    text: 'the log',
    silent: false,
    replyTo: 7,
    buttons: [[{ label: 'Log', command: '/log x' }]],
    document: { name: 'x.log', text: 'token: s3cr3t-value' },
  };
  expect(redactedContent(content, mask)).toEqual({
    ...content,
    document: { name: 'x.log', text: 'token: [secret]' },
  });
});
