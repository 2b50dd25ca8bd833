/** Holds the end of a run to its chats: who is told what, and nobody anything twice. */
import { expect, test } from 'vitest';
import { messagesOf } from '../../../src/chat/render/run-messages.ts';
import type { RunSpec } from '../../../src/core/action.ts';
import { sampleSpec } from '../../support/samples.ts';
import { agentSpec, CHAT, ended, report } from './samples.ts';

const OTHER = { bot: 'default', chat: 5 };
const wanted = { notifyOnSuccess: true, notifyOnFailure: true };
const command = (change: Partial<RunSpec> = {}): RunSpec => ({ ...sampleSpec('x'), ...wanted, ...change });

function told(...of: Parameters<typeof ended>): readonly string[] {
  return messagesOf(ended(...of)).map(
    ({ to, kind, content }) =>
      `${to.chat}${to.thread === undefined ? '' : `/${to.thread}`} ${kind} ${content.text.slice(0, 1)}`,
  );
}

test('an agent with a chat shows its end there, without a notice beside it', () => {
  const spec = agentSpec(wanted);
  expect(told({ spec, agent: report('a') })).toEqual(['-100 final a']);
  expect(told({ spec, state: 'failed' })).toEqual(['-100 final ❌']);
  expect(told({ spec: agentSpec({ ...wanted, noticeChat: CHAT }), state: 'failed' })).toEqual([
    '-100 final ❌',
  ]);
});

test('an agent whose notices go elsewhere is told of there as well', () => {
  const spec = agentSpec({ ...wanted, noticeChat: OTHER });
  expect(told({ spec, agent: report('a') })).toEqual(['-100 final a', '5 notice ✅']);
  expect(told({ spec, state: 'scheduled' })).toHaveLength(1);
  const topic = agentSpec({ ...wanted, noticeChat: { ...CHAT, thread: 7 } });
  expect(told({ spec: topic, agent: report('a') })).toEqual(['-100 final a', '-100/7 notice ✅']);
});

test('an agent without a chat is told of in notices only', () => {
  const { chat: _chat, ...spec } = agentSpec({ ...wanted, noticeChat: OTHER });
  expect(told({ spec, agent: report('a') })).toEqual(['5 notice ✅']);
});

test('other runs are told of in notices, in the chat of notices if there is one', () => {
  expect(told({ spec: command({ chat: CHAT }) })).toEqual(['-100 notice ✅']);
  expect(told({ spec: command({ chat: CHAT, noticeChat: OTHER }) })).toEqual(['5 notice ✅']);
  expect(told({ spec: command({ noticeChat: OTHER }), state: 'failed' })).toEqual(['5 notice ❌']);
});

test('what a run says goes to its own chat, and each message has a key of its own', () => {
  const message = { text: 'hello', silent: false };
  const spec = command({ chat: CHAT, noticeChat: OTHER });
  expect(told({ spec, message })).toEqual(['-100 notice h', '5 notice ✅']);
  const both = messagesOf(ended({ spec: command({ chat: CHAT }), message }));
  expect(new Set(both.map(({ key }) => key)).size).toBe(2);
});

test('without a chat nothing is said', () => {
  expect(told({ spec: command(), message: { text: 'hello', silent: false } })).toEqual([]);
  const { chat: _chat, ...spec } = agentSpec(wanted);
  expect(told({ spec, agent: report('a') })).toEqual([]);
});
