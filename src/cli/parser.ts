/** Decides how argv is read: commander, made from the table of commands; typos are refused with a suggestion. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../core/duration.ts';
import type { ArgumentSpec, CommandSpec, FlagSpec } from './command-spec.ts';
import { Input } from './input.ts';

/** What the parser is made of and where it writes help and complaints. */
export interface ParserSetup {
  readonly commands: readonly CommandSpec[];
  /** Taken by every command, and before the command too. */
  readonly commonFlags: readonly FlagSpec[];
  readonly version: () => string;
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
}

/** A command line that was understood, or one that was answered by help, a version or a complaint. */
export type Parsed =
  | { readonly kind: 'command'; readonly spec: CommandSpec; readonly input: Input }
  | { readonly kind: 'answered'; readonly ok: boolean };

/** Reads the words after the program's name. */
export function parseWords(words: readonly string[], setup: ParserSetup): Parsed {
  const chosen: Array<{ readonly spec: CommandSpec; readonly input: Input }> = [];
  const program = emptyProgram(setup);
  for (const spec of setup.commands) {
    addCommand(program, spec, setup).action((...args: unknown[]) => {
      chosen.push({ spec, input: inputOf(program, args, words) });
    });
  }
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { kind: 'answered', ok: error.exitCode === 0 };
    throw error;
  }
  const [first] = chosen;
  return first === undefined ? { kind: 'answered', ok: false } : { kind: 'command', ...first };
}

function emptyProgram(setup: ParserSetup): Command {
  const program = new Command('untether')
    .description(
      'Cron and webhook triggers from one TOML file, reloaded on save, every due moment accounted for.',
    )
    .version(setup.version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ subcommandTerm: (command) => termOf(setup, command) })
    // Flags after the command are the command's, so that `runs` may have a `--state` of its own.
    .enablePositionalOptions()
    .showHelpAfterError('(--help lists what is accepted)')
    .configureOutput({ writeOut: setup.writeOut, writeErr: setup.writeErr })
    .exitOverride();
  for (const flag of setup.commonFlags) program.addOption(optionOf(flag));
  return program;
}

/** `at <when...>`: that a command takes flags goes without saying. */
function termOf(setup: ParserSetup, command: Command): string {
  const args = setup.commands.find(({ name }) => name === command.name())?.args;
  return args === undefined ? 'help [command]' : [command.name(), ...args.map(argumentText)].join(' ');
}

function addCommand(program: Command, spec: CommandSpec, setup: ParserSetup): Command {
  const command = program
    .command(spec.name)
    .summary(spec.summary)
    .description(
      [`${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`, ...spec.details].join('\n\n'),
    )
    .helpOption('-h, --help', 'print this help')
    .helpGroup(`${spec.group}:`)
    .addHelpText('after', () => examplesText(spec));
  for (const arg of spec.args) command.addArgument(argumentOf(arg));
  for (const flag of flagsOf(spec, setup.commonFlags)) command.addOption(optionOf(flag));
  return command;
}

/** The flags of a command: its own, then the common ones that it does not define itself. */
export function flagsOf(spec: CommandSpec, common: readonly FlagSpec[]): readonly FlagSpec[] {
  const own = new Set(spec.flags.map(({ name }) => name));
  return [...spec.flags, ...common.filter(({ name }) => !own.has(name))];
}

/** `<trigger>`, `[trigger]` for what may be left out, `<when...>` for several words. */
export function argumentText({ name, takes }: Pick<ArgumentSpec, 'name' | 'takes'>): string {
  return { one: `<${name}>`, optional: `[${name}]`, many: `<${name}...>` }[takes];
}

function argumentOf({ name, summary, takes }: ArgumentSpec): Argument {
  return new Argument(argumentText({ name, takes }), summary);
}

function optionOf(flag: FlagSpec): Option {
  const option = new Option(flagText(flag), flag.summary);
  if (flag.kind === 'texts')
    return option.argParser((value, before: readonly string[] | undefined) => [...(before ?? []), value]);
  if (flag.kind === 'count') return option.argParser((value) => readCount(value, flag.max));
  if (flag.kind === 'duration') return option.argParser(readDuration);
  return option;
}

/** `-n, --count <N>`. */
export function flagText(flag: FlagSpec): string {
  const names = `${flag.short === undefined ? '' : `-${flag.short}, `}--${flag.name}`;
  if (flag.kind === 'switch') return names;
  return flag.kind === 'words' ? `${names} [${flag.value}...]` : `${names} <${flag.value}>`;
}

function readCount(value: string, max: number): number {
  const count = Number(value);
  if (/^\d+$/.test(value) && count >= 1 && count <= max) return count;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
}

function readDuration(value: string): number {
  const ms = parseDuration(value);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('It must be a length of time such as 30m, 2h or 1d.');
}

/** Commander hands the action its arguments, then the flags, then the command itself. */
function inputOf(program: Command, args: readonly unknown[], words: readonly string[]): Input {
  const dashes = words.indexOf('--');
  const before: Readonly<Record<string, unknown>> = program.opts();
  const own = args.at(-2) as Readonly<Record<string, unknown>>;
  // `untether --state DIR runs --state failed`: both count.
  const state = [before['state'], own['state']].flat().filter((value) => value !== undefined);
  return new Input({
    args: args
      .slice(0, -2)
      .flat()
      .filter((arg) => typeof arg === 'string'),
    flags: { ...written(before), ...written(own), state },
    rest: dashes < 0 ? [] : words.slice(dashes + 1),
  });
}

/** Flags by the names of the table: commander makes `apiRoot` of `api-root`. */
function written(flags: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      value,
    ]),
  );
}

function examplesText(spec: CommandSpec): string {
  const lines = spec.examples.map(({ line, does }) => `  ${line}\n      ${does}`);
  return `\nExamples:\n${lines.join('\n')}`;
}
