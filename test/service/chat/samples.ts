/** Decides what an agent's run, its messages and the chats' settings look like; each test names what matters. */
import type { RunSpec } from '../../../src/core/action.ts';
import type { Destination, OutgoingMessage, StoredMessage } from '../../../src/core/message.ts';
import { sampleSpec } from '../../support/samples.ts';

export const CHAT: Destination = { bot: 'default', chat: 42 };

/** Of a run of an agent, by the cron `nightly`, that this chat is told of. */
export function agentSpec(chat: Destination = CHAT, change: Partial<RunSpec> = {}): RunSpec {
  return {
    ...sampleSpec('nightly'),
    action: {
      kind: 'agent_run',
      prompt: 'review',
      engine: { name: 'claude', command: ['claude'], output: 'text', env: {} },
      cwd: '/',
      untrusted: false,
    },
    chat,
    ...change,
  };
}

/** A row of the outbox that was sent once, unless changed. */
export function sampleRow(change: Partial<StoredMessage> = {}): StoredMessage {
  return {
    ...sampleMessage(),
    seq: 5,
    state: 'sent',
    version: 1,
    messageId: 500,
    attempts: 1,
    reason: null,
    createdAt: 0,
    sentAt: 1,
    ...change,
  };
}

export function sampleMessage(change: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { key: 'k', to: CHAT, kind: 'answer', content: { text: 'hello', silent: false }, ...change };
}
