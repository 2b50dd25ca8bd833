/** Decides what an action is given to work with. */
import type { ClaimedRun } from '../core/run.ts';
import type { Secret } from '../core/secret.ts';

/** What one attempt lends to its action. */
export interface ActionContext {
  readonly run: ClaimedRun;
  /** Aborted when the attempt has to end; its reason is the `EndedBy`. */
  readonly signal: AbortSignal;
  /** Between SIGTERM and SIGKILL. */
  readonly killGraceMs: number;
  /** Absolute paths, appended to; equal paths: one combined file. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Adds a line of the action's own to the output. */
  readonly append: (text: string) => Promise<void>;
  /**
   * Absolute path of a folder of this attempt's own, not there yet: the action makes it on demand, the caller removes
   * it after the attempt.
   */
  readonly workDir: string;
  /** What `{{secrets.NAME}}` stands for. */
  readonly secrets: (name: string) => Secret | undefined;
  /** What `{{env.NAME}}` stands for: the service's environment. */
  readonly environment: (name: string) => string | undefined;
  /** Hands a message over for sending; it must return at once. */
  readonly notify: (message: { readonly text: string; readonly silent: boolean }) => void;
  /** Epoch ms. */
  readonly nowMs: () => number;
}
