/** Decides which engines are built in, and which of them an output is the stream of. */
import type { BuiltinEngine } from '../core/agent.ts';
import { amp } from './amp.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import type { Engine } from './contract.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';

const builtin: Readonly<Record<BuiltinEngine, Engine>> = { claude, codex, opencode, gemini, pi, amp };

const STREAM = /^jsonl:(?<name>.+)$/;

/** The engine that is built in under this name. */
export function builtinEngine(name: BuiltinEngine): Engine {
  return builtin[name];
}

/** The engine whose stream an output such as `jsonl:claude` is; undefined: plain text, or a stream that nobody here reads. */
export function engineOf(output: string): Engine | undefined {
  const name = STREAM.exec(output)?.groups?.name;
  return name !== undefined && isBuiltin(name) ? builtin[name] : undefined;
}

function isBuiltin(name: string): name is BuiltinEngine {
  return Object.hasOwn(builtin, name);
}
