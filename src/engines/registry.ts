/** Decides which engines are built in, and which reader understands an output. */
import type { BuiltinEngine } from '../core/agent.ts';
import { amp } from './amp.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import type { Engine, ReadLine } from './contract.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';

const builtin: Readonly<Record<BuiltinEngine, Engine>> = { claude, codex, opencode, gemini, pi, amp };

const STREAM = /^jsonl:(?<name>.+)$/;

/** The engine that is built in under this name. */
export function builtinEngine(name: BuiltinEngine): Engine {
  return builtin[name];
}

/** A new reader for an output such as `jsonl:claude`; undefined: plain text, or a stream that nobody here understands. */
export function readerFor(output: string): ReadLine | undefined {
  const name = STREAM.exec(output)?.groups?.name;
  return name !== undefined && isBuiltin(name) ? builtin[name].reader() : undefined;
}

function isBuiltin(name: string): name is BuiltinEngine {
  return Object.hasOwn(builtin, name);
}
