/** Decides how Gemini CLI is started and resumed, what it may use, and what its stream tells. */
import type { JsonObject } from '../core/json.ts';
import { argumentOrStdin } from './argument.ts';
import type { Engine, EngineEvent, EngineRequest, EngineStart, ReadLine } from './contract.ts';
import { done, failed, trouble } from './events.ts';
import { amountOf, nameOf, objectOf, sumOf, textOf } from './fields.ts';
import { refusal } from './refusal.ts';
import { runningTools } from './running.ts';
import { hasFlag, option } from './words.ts';

/** Words of the operator that already choose an approval mode; given twice, Gemini CLI does not start. */
const APPROVAL_FLAGS = ['-y', '--yolo', '--approval-mode'] as const;

/**
 * Gemini CLI (`gemini`). No flag makes it read-only: without a terminal the model may leave the mode `plan`, which
 * approves everything from then on, and it may enter `plan` from `default`.
 */
export const gemini: Engine = { start, reader };

function start(request: EngineRequest): EngineStart {
  const reason = refusal('gemini', request, ['model', 'permissionMode', 'resume']);
  if (reason !== undefined) return { ok: false, reason };
  if (request.tools.kind !== 'all')
    return {
      ok: false,
      reason: 'gemini cannot be limited by flags: its model may leave the mode that limits it',
    };
  // In the form with `=`, whatever the prompt begins with is part of the value.
  const { args, stdin } = argumentOrStdin(request.prompt, (prompt) => [`--prompt=${prompt}`]);
  const argv = [
    ...request.command,
    ...['--output-format', 'stream-json'],
    ...option('--model', request.model),
    ...option('--resume', request.resume),
    ...approval(request),
    '--skip-trust',
    ...args,
  ];
  return { ok: true, argv, stdin, env: {} };
}

function approval({ command, permissionMode }: EngineRequest): readonly string[] {
  if (permissionMode === undefined && hasFlag(command, APPROVAL_FLAGS)) return [];
  return ['--approval-mode', permissionMode ?? 'yolo'];
}

function reader(): ReadLine {
  const tools = runningTools();
  let isSpeaking = false;
  return (line) => {
    const wasSpeaking = isSpeaking;
    isSpeaking = line.type === 'message' && line.role === 'assistant';
    switch (line.type) {
      case 'init':
        return [{ kind: 'started', session: nameOf(line.session_id), model: nameOf(line.model) }];
      case 'message':
        return readMessage(line, wasSpeaking);
      case 'tool_use':
        return [tools.begin({ id: line.tool_id, name: line.tool_name, input: line.parameters })];
      case 'tool_result':
        return [tools.end(line.tool_id, line.status === 'error')];
      case 'error':
        return trouble(textOf(line.message));
      case 'result':
        return [...readStats(line), readResult(line)];
      default:
        return [];
    }
  };
}

/** Pieces of one message follow each other; after anything else, a piece begins a new one. */
function readMessage(line: JsonObject, wasSpeaking: boolean): readonly EngineEvent[] {
  const text = textOf(line.content);
  if (line.role !== 'assistant' || text === null) return [];
  return [{ kind: 'text', text, isDelta: wasSpeaking && line.delta === true }];
}

function readResult(line: JsonObject): EngineEvent {
  return line.status === 'error' ? failed(textOf(objectOf(line.error).message)) : done;
}

/** What the model thought is in the total alone. */
function readStats(line: JsonObject): readonly EngineEvent[] {
  if (line.stats === undefined) return [];
  const { total_tokens, input_tokens, output_tokens } = objectOf(line.stats);
  const inputTokens = sumOf(input_tokens);
  const outputTokens = Math.max(sumOf(output_tokens), (amountOf(total_tokens) ?? 0) - inputTokens);
  return [{ kind: 'usage', scope: 'total', inputTokens, outputTokens, costUsd: null }];
}
