/** Decides what starting a program means: what is asked for, what comes back, and who ends it. */

/** One program to start, in a session and process group of its own. Paths are absolute. */
export interface LaunchRequest {
  /** For logs and messages only; it may repeat. */
  readonly id: string;
  /** The program and its arguments; a name without `/` is looked up in the `PATH` of `env`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The complete environment of the child: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: { readonly kind: 'none' } | { readonly kind: 'file'; readonly path: string };
  /** A file, appended to, made with mode 0600 where missing. */
  readonly stdout: string;
  /** Like `stdout`; the same path means one shared descriptor, so that the order between the two is exact. */
  readonly stderr: string;
}

/** How a launch ended. Exactly one of these, once. */
export type LaunchEnd =
  /** It ran: `code` without `signal`, or `signal` without `code`; the time is that of its end, not of the report. */
  | {
      readonly kind: 'exited';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly endedAtMs: number;
    }
  /** It never ran; the reason is a sentence that names the binary, folder or file ("deploy: not found in PATH"). */
  | { readonly kind: 'not-started'; readonly reason: string }
  /** It may have run, but the launcher that watched it died; its group was ended before this is said. */
  | { readonly kind: 'lost'; readonly reason: string };

/** The signals a run can be sent. */
export type LaunchSignal = 'SIGTERM' | 'SIGKILL' | 'SIGINT';

/** A launch under way. Its promises never reject. */
export interface Launched {
  /** The process id, which is also that of its group; `undefined` when it did not start. */
  readonly pid: Promise<number | undefined>;
  readonly end: Promise<LaunchEnd>;
  /** Signals the whole group. A launch still waiting for its turn then never starts; an ended one is left alone. */
  signal(name: LaunchSignal): void;
}

/** Starts programs. */
export interface Launcher {
  /** Never throws and never blocks on the start: what goes wrong is told by `end`. */
  launch(request: LaunchRequest): Launched;
  /** Takes nothing new, ends every group still alive, and resolves when they are gone. */
  close(): Promise<void>;
}

/** What a launch ends with that was taken back, or refused, before its turn came. */
export function notStarted(reason: string): LaunchEnd {
  return { kind: 'not-started', reason };
}

/** The reason of a launch that was signalled while it waited for its turn. */
export const ENDED_BEFORE_START = 'it was ended before it started';
