/** Decides how Amp is started and resumed, and what it may use. */
import { argumentOrStdin, notAFlag } from './argument.ts';
import type { Engine, EngineRequest, EngineStart } from './contract.ts';
import { messagesReader } from './messages.ts';
import { refusal } from './refusal.ts';
import { option } from './words.ts';

/**
 * Amp (`amp`). Its model goes with its mode, so `model` names a mode (`low`, `high`, …). It has no flag that limits
 * its tools: those come from its settings and from its service.
 */
export const amp: Engine = { start, reader: messagesReader, usageOf: 'run' };

function start(request: EngineRequest): EngineStart {
  const reason = refusal('amp', request, ['model', 'resume']);
  if (reason !== undefined) return { ok: false, reason };
  if (request.tools.kind !== 'all')
    return { ok: false, reason: 'amp has no way to limit its tools for one run' };
  // The prompt stands right behind `-x`, which takes it as its value.
  const { args, stdin } = argumentOrStdin(request.prompt, (prompt) => ['-x', notAFlag(prompt)], ['-x']);
  const argv = [
    ...request.command,
    ...(request.resume === undefined ? [] : ['threads', 'continue', request.resume]),
    '--dangerously-allow-all',
    ...option('--mode', request.model),
    '--stream-json',
    ...args,
  ];
  return { ok: true, argv, stdin, env: {}, files: {} };
}
