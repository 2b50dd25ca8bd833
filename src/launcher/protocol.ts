/** Decides what client and helper say to each other: JSON, one message on a line, a turn's messages in one write. */

import type { EnvironmentDelta } from './delta.ts';
import type { LaunchEnd, LaunchRequest, LaunchSignal } from './launch.ts';

/** From the service. `seq` names a launch between the two; the request's own id may repeat. */
export type Command =
  /** The environment that later launches differ from; it comes before the first of them. */
  | { readonly kind: 'base'; readonly env: Readonly<Record<string, string>> }
  | {
      readonly kind: 'launch';
      readonly seq: number;
      readonly request: Omit<LaunchRequest, 'env'>;
      readonly env: EnvironmentDelta;
    }
  | { readonly kind: 'signal'; readonly seq: number; readonly name: LaunchSignal }
  /** Answered by `pong` as soon as it is read: a sign of life. */
  | { readonly kind: 'ping'; readonly n: number };

/** From the helper. */
export type Report =
  | { readonly kind: 'pong'; readonly n: number }
  | { readonly kind: 'started'; readonly seq: number; readonly pid: number }
  | { readonly kind: 'ended'; readonly seq: number; readonly end: LaunchEnd };

/** Collects messages and hands all those of one turn of the event loop to `write` as one string. */
export function createBatch<Message extends Command | Report>(
  write: (text: string) => void,
): (message: Message) => void {
  let text = '';
  const flush = (): void => {
    const batch = text;
    text = '';
    write(batch);
  };
  return function send(message) {
    if (text === '') setImmediate(flush);
    text += `${JSON.stringify(message)}\n`;
  };
}

/** Turns chunks, cut anywhere, back into messages. */
export function createReader<Message extends Command | Report>(
  receive: (message: Message) => void,
): (chunk: string) => void {
  let rest = '';
  return function read(chunk) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    // Both ends are this program, in one version: what comes in is what the other end's `createBatch` was given.
    for (const line of lines) receive(JSON.parse(line) as Message);
  };
}
