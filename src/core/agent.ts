/** Decides what a coding agent is to the program: how much it may do, what it reports, and what that cost. */

/** The engines whose command line and stream the program knows. */
export const builtinEngineNames = ['claude', 'codex', 'opencode', 'gemini', 'pi', 'amp'] as const;
export type BuiltinEngine = (typeof builtinEngineNames)[number];

/**
 * What an agent may use. `read-only`: only what changes nothing and reaches nothing outside the folder, for prompts made
 * from payloads; `list`: just these, in the engine's own words; `all`: whatever the engine is configured for.
 */
export type AgentTools =
  | { readonly kind: 'all' }
  | { readonly kind: 'read-only' }
  | { readonly kind: 'list'; readonly names: readonly string[] };

/** What a run consumed, as its engine told; tokens read from a cache count as input. Null: the engine does not say. */
export interface AgentUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars. */
  readonly costUsd: number | null;
}

/** Nothing, and nothing told. */
export const noUsage: AgentUsage = { inputTokens: 0, outputTokens: 0, costUsd: null };

/** What one attempt of an agent came to. */
export interface AgentReport {
  /** Name of the engine as configured. */
  readonly engine: string;
  readonly model: string | null;
  /** The engine's own id of its session, by which it can be continued. */
  readonly session: string | null;
  /** The final answer; null where none came. */
  readonly answer: string | null;
  readonly usage: AgentUsage;
}
