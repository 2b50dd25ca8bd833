/** Decides what the events of an agent add up to: its answer, what it cost, and what is shown while it works. */
import { noUsage } from '../core/agent.ts';
import type { AgentReport, AgentUsage } from '../core/agent.ts';
import { consumedSince } from './consumed.ts';
import type { EngineEvent } from './contract.ts';
import { MAX_DETAIL, MAX_MESSAGE, oneLine } from './line.ts';

/** The most that is kept of one message, in characters. */
export const MAX_ANSWER = 1_000_000;

type Of<Kind extends EngineEvent['kind']> = Extract<EngineEvent, { readonly kind: Kind }>;

/** What is known of a run of an agent so far. */
export interface Account {
  readonly session: string | null;
  readonly model: string | null;
  /** How many times a tool was used. */
  readonly steps: number;
  /** What it did or said last, in one line; null: nothing yet. */
  readonly line: string | null;
  /** Its last message. */
  readonly message: string | null;
  /** The last thing that went wrong, as the engine told it; it need not be why a run failed. */
  readonly error: string | null;
  /** How its last turn ended; null: none has. A later result takes it back, so it is final at the exit. */
  readonly result: Of<'result'> | null;
  /** Whether it works: a turn began, or it said something or used a tool, since its last result; or it has none yet. */
  readonly isWorking: boolean;
  /** Tasks of its own that go on without it. */
  readonly background: number;
  /** As the engine told it, see `Engine.usageOf`. */
  readonly usage: AgentUsage;
}

/** Before the first event. */
export const emptyAccount: Account = {
  session: null,
  model: null,
  steps: 0,
  line: null,
  message: null,
  error: null,
  result: null,
  isWorking: true,
  background: 0,
  usage: noUsage,
};

/** The account after one more event: another object, also where nothing in it is new. */
export function fold(account: Account, event: EngineEvent): Account {
  switch (event.kind) {
    case 'started':
      return withStart(account, event);
    case 'text':
      return withText(account, event);
    case 'tool':
      return { ...account, steps: account.steps + 1, line: toolLine(event), isWorking: true };
    case 'tool_result':
      return { ...account };
    case 'result':
      return { ...account, result: event, isWorking: false };
    case 'background':
      return { ...account, background: event.tasks };
    case 'usage':
      return {
        ...account,
        usage: event.scope === 'total' ? total(account.usage, event) : sum(account.usage, event),
      };
    case 'error':
      return { ...account, error: oneLine(event.message, MAX_MESSAGE) };
  }
}

/** Whether the answer is there and can be delivered, although the program may still run. */
export function isAnswered({ result }: Account): boolean {
  return result !== null && !result.isError;
}

/** Why the agent failed by its own account; null: it did not say that it failed. */
export function failureOf({ result, error }: Account): string | null {
  if (result?.isError !== true) return null;
  return oneLine(result.reason ?? error ?? 'the agent reports an error', MAX_MESSAGE);
}

/** The final answer: that of the result, else the last message; null where none came, or the agent failed. */
export function answerOf({ result, message }: Account): string | null {
  return result?.isError === true ? result.text : (result?.text ?? message);
}

/** What an attempt came to, for the engine of that name; `before` is the part of its usage that others consumed. */
export function reportOf(account: Account, engine: string, before: AgentUsage = noUsage): AgentReport {
  const { session, model, usage } = account;
  return { engine, model, session, answer: answerOf(account), usage: consumedSince(before, usage) };
}

/** Some tell it again whenever a turn begins. */
function withStart(account: Account, { session, model }: Of<'started'>): Account {
  return { ...account, session: session ?? account.session, model: model ?? account.model, isWorking: true };
}

function withText(account: Account, { text, isDelta }: Of<'text'>): Account {
  const before = isDelta ? (account.message ?? '') : '';
  const message = before.length < MAX_ANSWER ? (before + text).slice(0, MAX_ANSWER) : before;
  return { ...account, message, line: lastLine(message) ?? account.line, isWorking: true };
}

/** The last line with something in it; more than the end of a text is not looked at. */
export function lastLine(text: string): string | null {
  const lines = text.slice(-2 * MAX_MESSAGE).split('\n');
  const line = lines.findLast((one) => one.trim() !== '');
  return line === undefined ? null : oneLine(line, MAX_DETAIL);
}

function toolLine({ name, detail }: Of<'tool'>): string {
  return oneLine(detail === '' ? name : `${name}: ${detail}`, MAX_DETAIL);
}

/** A total that does not tell a cost leaves the cost as it was. */
function total(before: AgentUsage, { inputTokens, outputTokens, costUsd }: Of<'usage'>): AgentUsage {
  return { inputTokens, outputTokens, costUsd: costUsd ?? before.costUsd };
}

function sum(before: AgentUsage, { inputTokens, outputTokens, costUsd }: Of<'usage'>): AgentUsage {
  return {
    inputTokens: before.inputTokens + inputTokens,
    outputTokens: before.outputTokens + outputTokens,
    costUsd: costUsd === null ? before.costUsd : (before.costUsd ?? 0) + costUsd,
  };
}
