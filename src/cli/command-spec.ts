/** Decides what there is to say about a command: the row type of the one table, and what a handler is handed. */
import type { Clock } from '../core/clock.ts';
import type { HeldSignals } from './held-signals.ts';
import type { Input } from './input.ts';
import type { Places } from './places.ts';
import type { Printer } from './print.ts';
import type { RemoteControl } from './client.ts';

/** A word on the command line that is no flag. */
export interface ArgumentSpec {
  readonly name: string;
  readonly summary: string;
  /** `many`: all words that are left, one at least. */
  readonly takes: 'one' | 'optional' | 'many';
}

interface FlagName {
  readonly name: string;
  readonly short?: string;
  readonly summary: string;
}

/** A flag by what may follow it; `value` is how the help names that. */
export type FlagSpec =
  | (FlagName & { readonly kind: 'switch' })
  | (FlagName & { readonly kind: 'text'; readonly value: string })
  /** May be given several times. */
  | (FlagName & { readonly kind: 'texts'; readonly value: string })
  /** Every word up to the next flag. */
  | (FlagName & { readonly kind: 'words'; readonly value: string })
  | (FlagName & { readonly kind: 'count'; readonly value: string; readonly max: number })
  | (FlagName & { readonly kind: 'duration'; readonly value: string });

/** A line that works as it stands, and what it does. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** What must be there for the command to do its work. */
export type Need = 'service' | 'configuration' | 'nothing';

/** One command: its help, its reference page, its completion and its end-to-end test are made from this. */
export interface CommandSpec {
  /** The heading it stands under. */
  readonly group: string;
  readonly name: string;
  readonly summary: string;
  /** Paragraphs below the summary. */
  readonly details: readonly string[];
  readonly args: readonly ArgumentSpec[];
  readonly flags: readonly FlagSpec[];
  readonly examples: readonly Example[];
  readonly needs: Need;
  /** Loads the handler when the command is called, so that no command pays for another. */
  readonly load: () => Promise<{ readonly handle: Handler }>;
}

/** A command as its group's file describes it. */
export type CommandRow = Omit<CommandSpec, 'group'>;

/** The world as a command sees it. */
export interface CommandContext {
  readonly places: Places;
  readonly print: Printer;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The service that owns the state folder; nothing is sent before the first call. */
  readonly control: RemoteControl;
  /** The signals that were held back for the service; only for `run`. */
  readonly signals: HeldSignals | undefined;
  readonly commands: readonly CommandSpec[];
  readonly commonFlags: readonly FlagSpec[];
}

/** Does what the command says and answers with the exit code; throws an `AppError` for everything that goes wrong. */
export type Handler = (input: Input, context: CommandContext) => Promise<number>;
