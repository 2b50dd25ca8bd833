/** Decides what a line for a shell becomes: an argv where no shell is needed, else a line for the same shell. */
import { basename } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { hasTemplate } from '../../triggers/template.ts';
import { splitWords } from '../shell-words.ts';
import { literal } from './literal.ts';
import type { Keys } from './piece.ts';

/** A line as another program runs it. */
export interface ShellLine {
  readonly line: string;
  /** What it reads on standard input; undefined: nothing. */
  readonly input?: string | undefined;
  readonly shell?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

const SH = '/bin/sh';
/** Words that only a shell understands (POSIX §2.9.4, §2.14 and what `sh` has built in alone). */
const BUILT_IN =
  /^(?:[.:!]|cd|command|eval|exec|exit|export|if|for|case|read|readonly|return|set|shift|source|time|times|trap|type|ulimit|umask|unset|until|wait|while|\{)$/;

/** Names of variables that carry what may not stand in the line itself. */
const INPUT = 'IMPORTED_INPUT';
const LINE = 'IMPORTED_LINE';

/** The keys of a `command` that does what the line does. */
export function commandKeys(one: ShellLine): Keys {
  const words = one.input === undefined && isPlainShell(one.shell) ? plainWords(one.line) : undefined;
  return words === undefined ? shellKeys(one) : argvKeys(words, one.env);
}

function shellKeys(one: ShellLine): Keys {
  const { script, variables } = scriptOf(one);
  const run: Keys = isPlainShell(one.shell)
    ? [
        ['shell', true],
        ['command', [script]],
      ]
    : [['command', [one.shell ?? SH, '-c', script]]];
  return [['action', 'command'], ...run, ...envKeys({ ...one.env, ...variables })];
}

/** The keys of a `command` that starts a program, no shell between; nothing in it is a template. */
export function argvKeys(argv: readonly string[], env: Readonly<Record<string, string>>): Keys {
  // A script holds no template, not even one that renders to itself, and neither does the name of a program.
  const isScript = argv.some(hasTemplate) && argv.some((word) => /^-[a-z]*[ce]$/.test(word));
  if (isScript || hasTemplate(argv[0] ?? '')) return shellKeys({ line: argv.map(quoted).join(' '), env });
  return [['action', 'command'], ['command', argv.map(literal)], ...envKeys(env)];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function envKeys(env: Readonly<Record<string, string>>): Keys {
  const entries = Object.entries(env).map(([name, value]) => [name, literal(value)] as const);
  return entries.length === 0 ? [] : [['env', Object.fromEntries(entries)]];
}

/** A name for what the line does, from the first program in it that says something. */
export function nameOf(line: string): string {
  const words = line
    .replaceAll(/(?:^|[;&|]\s*)(?:cd\s+\S+|test\s[^;&|]*|\[[^;&|]*\])\s*(?=[;&|])/g, '')
    .split(/[\s;&|(){}]+/);
  const telling = words.filter((word) => word !== '' && !/^-|^\w+=|^\d+$/.test(word)).map(programName);
  return telling.find((word) => word !== '' && !WRAPPER.test(word)) ?? telling[0] ?? '';
}

const WRAPPER =
  /^(?:(?:ba|da|z|k)?sh|env|exec|flock|ionice|nice|nohup|node|perl|php|python[\d.]*|ruby|sudo|time|timeout|test|cd)$/;

function programName(word: string): string {
  return basename(word.replaceAll(/["']/g, '')).replace(/\.(?:sh|bash|py|pl|rb|js|mjs|ts|php)$/, '');
}

function isPlainShell(shell: string | undefined): boolean {
  return shell === undefined || shell === SH;
}

/** Undefined: only a shell can make sense of it. */
function plainWords(line: string): readonly string[] | undefined {
  try {
    const words = splitWords(line);
    return BUILT_IN.test(words[0] ?? '') ? undefined : words;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // The shell's own signs are in it.
    return undefined;
  }
}

interface Script {
  readonly script: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** A shell line holds no template: one that looks like it comes by a variable. */
function scriptOf({ line, input }: ShellLine): Script {
  const fed = input === undefined ? line : `printf '%s\\n' "$${INPUT}" | {\n${line}\n}`;
  const isTemplate = hasTemplate(fed);
  return {
    script: isTemplate ? `eval "$${LINE}"` : fed,
    variables: {
      ...(input !== undefined && { [INPUT]: input }),
      ...(isTemplate && { [LINE]: fed }),
    },
  };
}
