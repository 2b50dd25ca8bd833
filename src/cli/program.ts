/** Decides how a command line becomes an exit code: parse, call the one handler, turn every error into its number. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '../core/clock.ts';
import type { AppError } from '../core/errors.ts';
import { messageOf, toAppError } from '../core/errors.ts';
import type { RunState } from '../core/run.ts';
import { connect } from './client.ts';
import type { CommandContext, CommandSpec } from './command-spec.ts';
import { commands, commonFlags } from './commands.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import type { ExitCode } from './exit.ts';
import type { HeldSignals } from './held-signals.ts';
import type { Input } from './input.ts';
import { programVersion } from './package-root.ts';
import { parseWords } from './parser.ts';
import { Places } from './places.ts';
import { Printer } from './print.ts';
import type { OutputForm, Streams } from './print.ts';
import { readStateFlags } from './state-flag.ts';
import { visible } from './terminal-text.ts';

/** Runs one command line of this process and sets its exit code; `words` are those after the program's name. */
export async function runProgram(words: readonly string[], signals: HeldSignals | undefined): Promise<void> {
  // The service goes on without a reader, or with a full disk under its log.
  process.stdout.on('error', signals === undefined ? leaveWhenUnread : () => {});
  const { stdout, stderr, stdin, env } = process;
  process.exitCode = await execute(words, {
    stdout,
    stderr,
    stdin,
    env,
    cwd: process.cwd(),
    clock: systemClock,
    signals,
  });
}

/** What a command line is run in. */
export type World = Streams & Pick<CommandContext, 'stdin' | 'env' | 'cwd' | 'clock' | 'signals'>;

/** Runs one command line; never rejects. */
export async function execute(words: readonly string[], world: World): Promise<number> {
  const { stdout, stderr } = world;
  const parsed = parseWords(words, {
    commands,
    commonFlags,
    version: programVersion,
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
  });
  if (parsed.kind === 'answered') return parsed.ok ? exitCodes.ok : exitCodes.usage;
  const { spec, input } = parsed;
  try {
    const { folder, runState } = stateOf(spec, input, world.cwd);
    const { handle } = await spec.load();
    return await handle(
      runState === undefined ? input : input.with('state', runState),
      contextOf(input, folder, world),
    );
  } catch (error) {
    const form = input.isSet('json') ? 'json' : 'text';
    return complain(toAppError(error), form, stderr);
  }
}

function contextOf(input: Input, stateDir: string | undefined, world: World): CommandContext {
  const { stdin, env, cwd, clock, signals } = world;
  const places = new Places({ config: input.text('config'), state: stateDir, env, cwd });
  return {
    places,
    print: new Printer(world, input.isSet('json') ? 'json' : 'text'),
    clock,
    env,
    cwd,
    stdin,
    control: connect(() => places.stateDir()),
    signals,
    commands,
    commonFlags,
  };
}

interface StateNamed {
  readonly folder: string | undefined;
  readonly runState: RunState | undefined;
}

function stateOf(spec: CommandSpec, input: Input, cwd: string): StateNamed {
  const values = input.words('state') ?? [];
  if (spec.flags.some(({ name }) => name === 'state'))
    return readStateFlags(values, (path) => isFolder(resolve(cwd, path)));
  return { folder: values.at(-1), runState: undefined };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Says what went wrong on standard error: a sentence, or `{error, message}` for scripts. */
function complain(error: AppError, form: OutputForm, stderr: Streams['stderr']): ExitCode {
  const message = error.code === 'internal' ? `${error.message}: ${messageOf(error.cause)}` : error.message;
  stderr.write(
    form === 'json' ? `${JSON.stringify({ error: error.code, message })}\n` : `error: ${lines(message)}\n`,
  );
  if (error.code === 'internal' && error.cause instanceof Error)
    stderr.write(`${lines(error.cause.stack ?? '')}\n`);
  return exitCodeOf[error.code];
}

/** Each line made safe on its own: messages of several issues have one line each. */
function lines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** `untether runs | head`: whoever reads has seen enough, which is no failure. */
function leaveWhenUnread(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
}
