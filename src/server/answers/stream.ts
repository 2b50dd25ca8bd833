/** Decides the answer of `response = "stream"`: the output of the run as it comes, as plain text or as events. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunId } from '../../core/ids.ts';
import type { SenderAnswer } from '../../core/trigger.ts';
import type { AnswerDeps, Awaiting } from './awaiting.ts';
import { endOf, headersOf } from './headers.ts';
import { leaving } from './leaving.ts';
import type { RunResult } from './results.ts';

type Streaming = Extract<SenderAnswer, { readonly kind: 'stream' }>;

/** How output and end are put on the wire. */
interface Form {
  readonly headers: readonly string[];
  output(text: string): string;
  /** `result` is undefined where the service stops before the run has ended. */
  end(outgoing: ServerResponse, run: RunId, result: RunResult | undefined): void;
}

/** A slow sender slows the reading of its output and nothing else; one that leaves ends it. */
export async function streamOutput(
  { incoming, outgoing, run }: Awaiting,
  answer: Streaming,
  { results, clock }: AnswerDeps,
): Promise<void> {
  using left = leaving(outgoing, clock);
  const { signal } = left;
  const form = wantsEvents(incoming) ? events : plain(answer.contentType);
  outgoing.writeHead(200, [...headersOf(run), ...form.headers]);
  outgoing.flushHeaders();
  for await (const text of results.follow(run, signal)) {
    if (!outgoing.write(form.output(text))) await drained(outgoing, signal);
  }
  if (!signal.aborted) form.end(outgoing, run, await results.ended(run, signal));
}

function wantsEvents({ headers: { accept = '' } }: IncomingMessage): boolean {
  return accept.split(',').some((range) => range.trim().toLowerCase().startsWith('text/event-stream'));
}

/** Output as it is; how the run ended is in the trailers (RFC 9110 §6.5), which HTTP/1.0 does not have. */
function plain(contentType: string): Form {
  return {
    headers: ['Content-Type', contentType, 'Trailer', 'Untether-State, Untether-Exit-Code'],
    output: (text) => text,
    end(outgoing, _run, result) {
      if (result !== undefined) outgoing.addTrailers(Object.fromEntries(endOf(result)));
      outgoing.end();
    },
  };
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html: `output` for lines, `end` for how it ended. */
const events: Form = {
  headers: ['Content-Type', 'text/event-stream', 'X-Accel-Buffering', 'no'],
  output: (text) => eventOf('output', text.replace(/\r?\n$/, '')),
  end(outgoing, run, result) {
    const { state, exitCode, reason } = result ?? { state: null, exitCode: null, reason: null };
    outgoing.end(eventOf('end', JSON.stringify({ run, state, exitCode, reason })));
  },
};

function eventOf(name: string, text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `event: ${name}\n${lines.join('')}\n`;
}

/** Resolves when there is room again, or when the sender has left. */
async function drained(outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => {
    resolve();
  };
  outgoing.once('drain', wake);
  signal.addEventListener('abort', wake);
  if (!signal.aborted) await promise;
  outgoing.off('drain', wake);
  signal.removeEventListener('abort', wake);
}
