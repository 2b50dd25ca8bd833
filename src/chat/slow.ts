/** Decides when an answer is announced first: when it takes longer than a glance. */
import { atMost } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { Said } from './command.ts';
import type { Announced, Incoming, Reply } from './incoming.ts';

/** A chat gets a message a second: what is known this soon is said at once, and costs one. */
const GLANCE_MS = 300;

/** An answer that may take its time. */
export interface Underway {
  /** Said until then. */
  readonly meanwhile: string;
  /** Never rejects. */
  readonly answer: Promise<Said>;
  readonly incoming: Incoming;
  readonly replyTo: (said: Said, incoming: Incoming) => Reply;
}

/** The answer where it is there at a glance; else its announcement, whose place the answer takes. */
export async function announced(
  { meanwhile, answer, incoming, replyTo }: Underway,
  clock: Clock,
): Promise<Announced> {
  const said = await atMost(clock, GLANCE_MS, answer);
  if (said !== undefined) return replyTo(said, incoming);
  // Beside a button it could not be replaced.
  const inChat = { ...incoming, kind: 'message' } as const;
  const later = answer.then((words) => replyTo(words, inChat).messages);
  return { ...replyTo({ text: meanwhile }, inChat), later };
}
