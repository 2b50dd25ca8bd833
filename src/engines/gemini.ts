/** Decides how Gemini CLI is started and resumed, what it may use, and what its stream tells. */
import type { JsonObject } from '../core/json.ts';
import { argumentOrStdin } from './argument.ts';
import type { Engine, EngineEvent, EngineRequest, EngineStart, ReadLine } from './contract.ts';
import { done, failed, trouble } from './events.ts';
import { amountOf, nameOf, objectOf, sumOf, textOf } from './fields.ts';
import { limitTo, POLICY_FILE, WIDENING_FLAGS } from './gemini-policy.ts';
import { refusal } from './refusal.ts';
import { runningTools } from './running.ts';
import { hasFlag, option } from './words.ts';

/** Words of the operator that already choose an approval mode; given twice, Gemini CLI does not start. */
const APPROVAL_FLAGS = ['-y', '--yolo', '--approval-mode'] as const;

/** What stands for no MCP server at all. */
const NO_SERVER = 'NONE';

/** What would cut the path of the policy in two where Gemini CLI reads it; it starts without a policy it cannot find. */
const CUTS_PATH = /[,:]/;

/**
 * Gemini CLI (`gemini`). No mode makes it read-only: without a terminal the model may enter and leave the mode `plan`,
 * and everything is approved from then on. A policy limits it in every mode; only one of the machine's administrator
 * outranks it.
 */
export const gemini: Engine = { start, reader, usageOf: 'run' };

/** What limits a run, or nothing for one that is free. */
interface Limits {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

type Limited =
  { readonly ok: true; readonly limits: Limits } | { readonly ok: false; readonly reason: string };

function start(request: EngineRequest): EngineStart {
  const reason = refusal('gemini', request, ['model', 'permissionMode', 'resume']);
  if (reason !== undefined) return { ok: false, reason };
  const limited = limit(request);
  if (!limited.ok) return limited;
  const { args: limits, env, files } = limited.limits;
  // In the form with `=`, whatever the prompt begins with is part of the value.
  const { args, stdin } = argumentOrStdin(promptOf(request), (prompt) => [`--prompt=${prompt}`]);
  const argv = [
    ...request.command,
    ...['--output-format', 'stream-json'],
    ...option('--model', request.model),
    ...option('--resume', request.resume),
    ...approval(request),
    ...limits,
    '--skip-trust',
    ...args,
  ];
  return { ok: true, argv, stdin, env, files };
}

/** A prompt that begins with `/` is a command, of the program or of the project, which no policy limits. */
function promptOf({ prompt, tools }: EngineRequest): string {
  return tools.kind !== 'all' && prompt.startsWith('/') ? ` ${prompt}` : prompt;
}

/** A mode that could only widen what is read-only is left out there. */
function approval({ command, permissionMode, tools }: EngineRequest): readonly string[] {
  if (tools.kind === 'read-only') return ['--approval-mode', 'default'];
  if (tools.kind === 'list') return ['--approval-mode', permissionMode ?? 'default'];
  if (permissionMode === undefined && hasFlag(command, APPROVAL_FLAGS)) return [];
  return ['--approval-mode', permissionMode ?? 'yolo'];
}

function limit({ tools, command, workDir }: EngineRequest): Limited {
  if (tools.kind === 'all') return { ok: true, limits: { args: [], env: {}, files: {} } };
  const widening = WIDENING_FLAGS.find((flag) => hasFlag(command, [flag]));
  if (widening !== undefined)
    return { ok: false, reason: `gemini cannot be limited beside its own word ${widening}` };
  if (CUTS_PATH.test(workDir))
    return { ok: false, reason: `gemini cannot be limited by a file in ${workDir}, whose name it would cut` };
  const limitation = limitTo(tools);
  if (!limitation.ok) return limitation;
  const servers = limitation.usesServers ? [] : [`--allowed-mcp-server-names=${NO_SERVER}`];
  return {
    ok: true,
    limits: {
      args: [`--policy=${workDir}/${POLICY_FILE}`, ...servers],
      // A container that its settings may ask for sees the policy too, where it would start without one.
      env: { SANDBOX_MOUNTS: `${workDir}:${workDir}:ro` },
      files: { [POLICY_FILE]: limitation.policy },
    },
  };
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
