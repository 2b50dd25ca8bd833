/** Decides what an action is given to work with. */
import type { ClaimedRun } from '../core/run.ts';
import type { Secret } from '../core/secret.ts';
import type { AttemptFiles } from '../runs/attempt.ts';

/** How far an agent is. */
export interface AgentProgress {
  /** Tools used so far. */
  readonly steps: number;
  /** The tool in use, or the last line that was said; possibly empty. */
  readonly last: string;
  readonly model: string | null;
}

/** What one attempt lends to its action. */
export interface ActionContext extends AttemptFiles {
  readonly run: ClaimedRun;
  /** Between SIGTERM and SIGKILL. */
  readonly killGraceMs: number;
  /** What `{{secrets.NAME}}` stands for. */
  readonly secrets: (name: string) => Secret | undefined;
  /** What `{{env.NAME}}` stands for: the service's environment. */
  readonly environment: (name: string) => string | undefined;
  /** Tells how far an agent is; it must return at once. */
  readonly progress: (progress: AgentProgress) => void;
  /** The session that a run is to go on with; undefined: there is none. */
  readonly sessionFor: (run: ClaimedRun) => Promise<string | undefined>;
  /** Epoch ms. */
  readonly nowMs: () => number;
}
