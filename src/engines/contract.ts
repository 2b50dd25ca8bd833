/** Decides what an engine is to the program: how it is started or resumed, and what its stream tells. */
import type { AgentTools } from '../core/agent.ts';
import type { JsonObject } from '../core/json.ts';

/** What an agent is asked, and under which conditions. */
export interface EngineRequest {
  /** The program, and after it words of the operator's own (`extra_args`). */
  readonly command: readonly [program: string, ...args: string[]];
  /** Never empty; may begin with `-`, hold any character, and be longer than an argument may be. */
  readonly prompt: string;
  /** The engine's own id of the session to continue; undefined: a new one. */
  readonly resume?: string;
  readonly model?: string;
  /** How much the model thinks, in the engine's own words. */
  readonly reasoning?: string;
  /** What it may do without asking, in the engine's own words; undefined: what an unattended run needs. */
  readonly permissionMode?: string;
  readonly tools: AgentTools;
  /** Absolute path of a folder of this attempt's own, in which `EngineStart.files` will be. */
  readonly workDir: string;
}

/** A command to start, or why this engine cannot do what is asked. */
export type EngineStart =
  | {
      readonly ok: true;
      readonly argv: readonly string[];
      /** What it reads there; undefined: nothing. */
      readonly stdin: string | undefined;
      /** Variables on top of the child's environment. */
      readonly env: Readonly<Record<string, string>>;
      /** What has to be in `workDir` before it starts: names and texts. */
      readonly files: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly reason: string };

/** What happened in an agent, in the words of no engine. */
export type EngineEvent =
  /** The agent is up; `session` continues it later. */
  | { readonly kind: 'started'; readonly session: string | null; readonly model: string | null }
  /** Words of the agent; `isDelta`: they go on where the last ones ended, else they are a message of their own. */
  | { readonly kind: 'text'; readonly text: string; readonly isDelta: boolean }
  /** A tool is being used; `detail` is one line about it (the command, the file), to be cut where it is shown. */
  | { readonly kind: 'tool'; readonly name: string; readonly detail: string }
  | { readonly kind: 'tool_result'; readonly name: string | null; readonly isError: boolean }
  /** The turn is over. `text` null: the last `text` events are the answer. */
  | {
      readonly kind: 'result';
      readonly isError: boolean;
      readonly text: string | null;
      readonly reason: string | null;
    }
  /**
   * What was consumed: `total` replaces everything told before, `step` is added to it. `costUsd` null: not told here.
   * Tokens read from a cache are part of `inputTokens`. Of what it is the total, `Engine.usageOf` says.
   */
  | {
      readonly kind: 'usage';
      readonly scope: 'total' | 'step';
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly costUsd: number | null;
    }
  /** How many tasks go on by themselves now; a program that has answered goes on when one of them ends. */
  | { readonly kind: 'background'; readonly tasks: number }
  /** Something went wrong that the engine tells of; the run fails by a `result` or the exit code, not by this. */
  | { readonly kind: 'error'; readonly message: string };

/** Reads one line of the stream; unknown lines tell nothing. Never throws, whatever the line holds. Keeps what it needs. */
export type ReadLine = (line: JsonObject) => readonly EngineEvent[];

/** One coding agent. Pure: nothing is started or read here. */
export interface Engine {
  start(request: EngineRequest): EngineStart;
  /** A reader for one run. */
  reader(): ReadLine;
  /** Of what its stream tells the usage: of this run alone, or of the whole session that the run goes on with. */
  readonly usageOf: 'run' | 'session';
}
