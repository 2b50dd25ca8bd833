/** Decides what the service and the process of the plugins say to each other: about which thread, and what goes on in it. */
import type { FromWorker, ToWorker, WorkerStart } from './protocol.ts';

/** What a thread is started with. */
export interface ThreadStart extends WorkerStart {
  /** All that it sees of the service's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What it may take of heap, MB. */
  readonly memoryMb: number;
}

/** From the service; `thread` is a number that no other thread of that process has. */
export type ToProcess = { readonly thread: number } & (
  | { readonly kind: 'start'; readonly start: ThreadStart }
  | { readonly kind: 'say'; readonly message: ToWorker }
  | { readonly kind: 'work' }
  | { readonly kind: 'terminate' }
);

/** How a thread came to fail. */
export interface ThreadFailure {
  readonly isOutOfMemory: boolean;
  /** As it was thrown, with its place. */
  readonly reason: string;
}

/** From the process. */
export type FromProcess = { readonly thread: number } & (
  | { readonly kind: 'said'; readonly message: FromWorker }
  | { readonly kind: 'printed'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'failed'; readonly failure: ThreadFailure }
  /** How long it has been at work so far, ms. */
  | { readonly kind: 'worked'; readonly ms: number }
  /** The last of a thread, after all that it said. */
  | { readonly kind: 'exited'; readonly code: number }
);
