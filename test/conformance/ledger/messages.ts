/** Decides what an ordinary message, its sending and an agent's report look like; each test names what matters. */
import type { AgentReport } from '../../../src/core/agent.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { Destination, OutgoingMessage, SendOutcome, StoredMessage } from '../../../src/core/message.ts';
import { T0 } from './bench.ts';

/** Two chats of one bot, a topic of the first, and the same chat of another bot. */
export const home: Destination = { bot: 'default', chat: 100 };
export const topic: Destination = { ...home, thread: 7 };
export const group: Destination = { bot: 'default', chat: -1_001_234_567_890 };
export const elsewhere: Destination = { bot: 'second', chat: 100 };

/** The message of this key: an answer to `home` that says its key, unless changed. */
export function message(key: string, change: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { key, to: home, kind: 'answer', content: { text: key, silent: false }, ...change };
}

/** The row that a message makes when it is posted first, at T0. */
export function row(seq: number, of: OutgoingMessage, change: Partial<StoredMessage> = {}): StoredMessage {
  return {
    ...of,
    seq,
    state: 'waiting',
    version: 1,
    messageId: null,
    attempts: 0,
    reason: null,
    createdAt: T0,
    sentAt: null,
    ...change,
  };
}

export const sent: SendOutcome = { kind: 'sent', messageId: 501 };
/** Every way in which an attempt can fail. */
export const failures = (['again', 'lost', 'unknown', 'failed'] as const).map((kind): SendOutcome => ({
  kind,
  reason: `it was ${kind}`,
}));

/** Takes the next message to `to`, which must be there. */
export async function takeOne(ledger: Ledger, to: Destination = home): Promise<StoredMessage> {
  const taken = await ledger.chat.take(to);
  if (taken === undefined) throw new TypeError('no message waits');
  return taken;
}

/** Ends the attempt that `taken` began. */
export function end(
  ledger: Ledger,
  taken: StoredMessage,
  outcome: SendOutcome,
): Promise<StoredMessage | undefined> {
  const { seq, version } = taken;
  return ledger.chat.settleMessage({ seq, version, outcome, at: T0 + 50 });
}

/** Posts the message and sends it with this outcome; answers with the row as it is then. */
export async function postAndSend(
  ledger: Ledger,
  posted: OutgoingMessage,
  outcome: SendOutcome = sent,
): Promise<StoredMessage> {
  await ledger.chat.post([posted], T0);
  const ended = await end(ledger, await takeOne(ledger, posted.to), outcome);
  if (ended === undefined) throw new TypeError('the attempt had ended');
  return ended;
}

/** The texts that wait for `to`, in the order in which they are taken and sent. */
export async function drain(ledger: Ledger, to: Destination = home): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let next = await ledger.chat.take(to); next !== undefined; next = await ledger.chat.take(to)) {
    texts.push(next.content.text);
    await end(ledger, next, { kind: 'sent', messageId: 600 + next.seq });
  }
  return texts;
}

/** What an agent of the engine `claude` reported: 10 tokens in, 2 out, for a quarter of a dollar, unless changed. */
export function report(change: Partial<AgentReport> = {}): AgentReport {
  return {
    engine: 'claude',
    model: 'opus',
    session: 's-1',
    answer: 'done',
    usage: { inputTokens: 10, outputTokens: 2, costUsd: 0.25 },
    ...change,
  };
}
