/** Holds how what is said in return is sent: beside the button, as messages, or as a file. */
import { describe, expect, test } from 'vitest';
import { replyOf } from '../../src/chat/answer.ts';
import { RUN } from '../cli/support/fake-control.ts';
import { incoming } from './world.ts';

const press = incoming({ kind: 'press', messageId: 9 });

describe('an answer', () => {
  test('is a message with the key of what it answers', () => {
    const { messages, toast } = replyOf({ text: 'pong' }, incoming());
    expect(toast).toBeUndefined();
    expect(messages).toEqual([
      {
        key: 'update:7:1:0',
        to: { bot: 'default', chat: 42 },
        kind: 'answer',
        content: { text: 'pong', marks: [], silent: false },
      },
    ]);
  });

  test('about a run is found by it', () => {
    const { messages } = replyOf({ text: 'scheduled', run: RUN }, incoming());
    expect(messages).toMatchObject([{ kind: 'answer', run: RUN }]);
  });

  test('replies to whoever asked where others read along', () => {
    const inGroup = replyOf({ text: 'pong' }, incoming({ isGroup: true }));
    expect(inGroup.messages[0]?.content.replyTo).toBe(100);
  });

  test('to a button is said beside it where it is short, and without buttons of its own', () => {
    expect(replyOf({ text: 'x'.repeat(200) }, press)).toEqual({ messages: [], toast: 'x'.repeat(200) });
    expect(replyOf({ text: 'x'.repeat(201) }, press).toast).toBeUndefined();
    const buttons = [[{ label: 'Log', command: '/log 1' }]];
    expect(replyOf({ text: 'x', buttons }, press).messages).toHaveLength(1);
    expect(replyOf({ text: 'x', fileName: 'x.log' }, press).messages).toHaveLength(1);
  });

  test('that is long is several messages, the last with the buttons', () => {
    const buttons = [[{ label: '›', command: '/triggers 2' }]];
    const { messages } = replyOf({ text: 'word '.repeat(2_000), buttons }, incoming());
    expect(messages.map(({ key }) => key)).toEqual(['update:7:1:0', 'update:7:1:1', 'update:7:1:2']);
    expect(messages.map(({ content }) => content.buttons)).toEqual([undefined, undefined, buttons]);
    for (const { content } of messages) expect(content.text.length).toBeLessThanOrEqual(4_096);
  });

  test('that has a name for a file is one where a message cannot hold it', () => {
    const text = 'line\n'.repeat(1_000).trimEnd();
    const { messages } = replyOf({ text, fileName: 'x.log' }, incoming());
    expect(messages).toHaveLength(2);
    expect(messages[1]?.content).toMatchObject({ text: '', document: { name: 'x.log', text } });
    expect(
      replyOf({ text: 'line', fileName: 'x.log' }, incoming()).messages[0]?.content.document,
    ).toBeUndefined();
  });

  test('of nothing that can be seen says so, and control characters never go out', () => {
    expect(replyOf({ text: ' \n' }, incoming()).messages[0]?.content.text).toBe('(nothing)');
    const [message] = replyOf({ text: 'a\u0000b\u001b[31mc\ud800' }, incoming()).messages;
    expect(message?.content.text).toBe('abc\ufffd');
  });
});
