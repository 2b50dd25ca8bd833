/** Decides what an action is given to work with. */
import type { AgentReport, AgentUsage } from '../core/agent.ts';
import type { ClaimedRun } from '../core/run.ts';
import type { Mask, Secret } from '../core/secret.ts';
import type { AttemptFiles } from '../runs/attempt.ts';

/** How far an agent is. */
export interface AgentProgress {
  /** Tools used so far. */
  readonly steps: number;
  /** The tool in use, or the last line that was said; possibly empty. */
  readonly last: string;
  readonly model: string | null;
}

/** A session that a run goes on with. */
export interface EarlierSession {
  /** The engine's own id of it. */
  readonly id: string;
  /** What its earlier attempts consumed, all together. */
  readonly usage: AgentUsage;
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
  /** The text without what is secret, for what is shown while it runs. */
  readonly mask: Mask;
  /** Tells how far an agent is; it must return at once. */
  readonly progress: (progress: AgentProgress) => void;
  /** Told once, as soon as an agent has named its session: it can be continued even if nothing more is heard. Returns at once. */
  readonly heard: (agent: AgentReport) => void;
  /** The session that a run is to go on with; undefined: there is none. */
  readonly sessionFor: (run: ClaimedRun) => Promise<EarlierSession | undefined>;
  /** Epoch ms. */
  readonly nowMs: () => number;
}
