/** Decides what an action is given to work with. */
import type { ClaimedRun } from '../core/run.ts';
import type { Secret } from '../core/secret.ts';
import type { AttemptFiles } from '../runs/attempt.ts';

/** What one attempt lends to its action. */
export interface ActionContext extends AttemptFiles {
  readonly run: ClaimedRun;
  /** Between SIGTERM and SIGKILL. */
  readonly killGraceMs: number;
  /** What `{{secrets.NAME}}` stands for. */
  readonly secrets: (name: string) => Secret | undefined;
  /** What `{{env.NAME}}` stands for: the service's environment. */
  readonly environment: (name: string) => string | undefined;
  /** Hands a message over for sending; it must return at once. */
  readonly notify: (message: { readonly text: string; readonly silent: boolean }) => void;
  /** Epoch ms. */
  readonly nowMs: () => number;
}
