/** Decides how tests read a recorded stream: through the same lines, reader and account as a run. */
import { readFileSync } from 'node:fs';
import { answerOf, emptyAccount, failureOf, fold, isAnswered } from '../../src/engines/account.ts';
import type { Account } from '../../src/engines/account.ts';
import type { Engine, EngineEvent, EngineRequest, EngineStart } from '../../src/engines/contract.ts';
import { streamReader } from '../../src/engines/stream.ts';

const fixtures = new URL('../fixtures/engines/', import.meta.url);

/** The bytes of a recorded stream, such as `claude/fresh`. */
export function recorded(name: string): Buffer {
  return readFileSync(new URL(`${name}.jsonl`, fixtures));
}

/** What an engine reads in a stream. */
export function eventsIn(engine: Engine, stream: Uint8Array | string): readonly EngineEvent[] {
  const lines = streamReader();
  const read = engine.reader();
  return [...lines.push(stream), ...lines.end()].flatMap((line) =>
    line.kind === 'json' ? read(line.value) : [],
  );
}

/** What the events of a stream add up to. */
export function accountOf(events: readonly EngineEvent[]): Account {
  return events.reduce(fold, emptyAccount);
}

/** The essence of a recorded run: what happened, one word each, and how it ended. */
export function summary(engine: Engine, name: string): Readonly<Record<string, unknown>> {
  const events = eventsIn(engine, recorded(name));
  const account = accountOf(events);
  return {
    events: events.map(word),
    session: account.session,
    answer: answerOf(account),
    isAnswered: isAnswered(account),
    failure: failureOf(account),
    usage: account.usage,
  };
}

/** A request as a run would make it. */
export function request(changes: Partial<EngineRequest> = {}): EngineRequest {
  return {
    command: ['agent'],
    prompt: 'say hello',
    tools: { kind: 'all' },
    workDir: '/state/attempts/1',
    ...changes,
  };
}

/** The command that an engine makes of a request, which it must accept. */
export function startOf(
  engine: Engine,
  changes: Partial<EngineRequest> = {},
): Extract<EngineStart, { readonly ok: true }> {
  const start = engine.start(request(changes));
  if (!start.ok) throw new Error(`refused: ${start.reason}`);
  return start;
}

function word(event: EngineEvent): string {
  switch (event.kind) {
    case 'tool':
      return `tool ${event.name}: ${event.detail}`;
    case 'tool_result':
      return `${event.name} ${event.isError ? 'failed' : 'done'}`;
    case 'text':
      return `text ${event.text}`;
    case 'error':
      return `error ${event.message}`;
    default:
      return event.kind;
  }
}
