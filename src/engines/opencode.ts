/** Decides how OpenCode is started and resumed, what it may use, and what its stream tells. */
import type { AgentTools } from '../core/agent.ts';
import type { JsonObject } from '../core/json.ts';
import type { Engine, EngineEvent, EngineRequest, EngineStart, ReadLine } from './contract.ts';
import { done, failed, message, toolEnd, toolUse, trouble } from './events.ts';
import { amountOf, nameOf, objectOf, sumOf, textOf } from './fields.ts';
import { detailOf } from './line.ts';
import { refusal } from './refusal.ts';
import { option } from './words.ts';

/** An agent of our own, because the permissions of an agent outweigh those of the project and of the environment. */
const LIMITED_AGENT = 'untether-limited';

const READ_ONLY_TOOLS = ['read', 'grep', 'glob', 'list'] as const;

/** Denied by name as well: `*` alone does not outweigh a rule for one of them in the project's configuration. */
const OTHER_TOOLS = ['bash', 'edit', 'task', 'skill', 'webfetch', 'websearch', 'external_directory'] as const;

/** Why a step ended although the turn goes on. */
const GOES_ON: readonly unknown[] = ['tool-calls', 'unknown'];

/**
 * OpenCode (`opencode`), which reads its prompt on stdin: as an argument it would arrive in quotation marks. It rejects
 * by itself what it would have to ask for. A permission mode is the name of an agent (`plan`), or `auto`: it approves
 * what it would have to ask for.
 */
export const opencode: Engine = { start, reader, usageOf: 'run' };

function start(request: EngineRequest): EngineStart {
  const reason = refusal('opencode', request, ['model', 'reasoning', 'permissionMode', 'resume']);
  if (reason !== undefined) return { ok: false, reason };
  const argv = [
    ...request.command,
    ...['run', '--format', 'json'],
    ...option('--model', request.model),
    ...option('--variant', request.reasoning),
    ...option('--session', request.resume),
    ...agent(request),
  ];
  return { ok: true, argv, stdin: request.prompt, env: limits(request.tools), files: {} };
}

function agent({ tools, permissionMode }: EngineRequest): readonly string[] {
  if (tools.kind !== 'all') return ['--agent', LIMITED_AGENT];
  return permissionMode === 'auto' ? ['--auto'] : option('--agent', permissionMode);
}

function limits(tools: AgentTools): Readonly<Record<string, string>> {
  if (tools.kind === 'all') return {};
  const allowed = tools.kind === 'list' ? tools.names : READ_ONLY_TOOLS;
  const permission = Object.fromEntries([
    ...['*', ...OTHER_TOOLS].map((tool) => [tool, 'deny'] as const),
    ...allowed.map((tool) => [tool, 'allow'] as const),
  ]);
  const config = { agent: { [LIMITED_AGENT]: { mode: 'primary', permission } } };
  return {
    OPENCODE_PERMISSION: JSON.stringify(permission),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
  };
}

function reader(): ReadLine {
  let session: string | null = null;
  return (line) => {
    const events = readEvent(line);
    const current = nameOf(line.sessionID);
    if (session !== null || current === null) return events;
    session = current;
    return [{ kind: 'started', session, model: null }, ...events];
  };
}

function readEvent(line: JsonObject): readonly EngineEvent[] {
  const part = objectOf(line.part);
  switch (line.type) {
    case 'text':
      return message(textOf(part.text));
    case 'tool_use':
      return readTool(part);
    case 'step_finish':
      return readStep(part);
    case 'error':
      return readError(objectOf(line.error));
    default:
      return [];
  }
}

/** A tool is only told of when it has ended. */
function readTool(part: JsonObject): readonly EngineEvent[] {
  const name = textOf(part.tool);
  const { input, status } = objectOf(part.state);
  return [toolUse(name, detailOf(objectOf(input))), toolEnd(name, status === 'error')];
}

function readStep({ tokens, cost, reason }: JsonObject): readonly EngineEvent[] {
  const { input, output, reasoning, cache } = objectOf(tokens);
  const { read, write } = objectOf(cache);
  const usage: EngineEvent = {
    kind: 'usage',
    scope: 'step',
    inputTokens: sumOf(input, read, write),
    outputTokens: sumOf(output, reasoning),
    costUsd: amountOf(cost),
  };
  return GOES_ON.includes(reason) ? [usage] : [usage, done];
}

function readError(error: JsonObject): readonly EngineEvent[] {
  const reason = textOf(objectOf(error.data).message) ?? textOf(error.message) ?? textOf(error.name);
  return [...trouble(reason), failed(reason)];
}
