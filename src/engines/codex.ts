/** Decides how Codex is started and resumed, what it may use, and what its stream tells. */
import type { JsonObject } from '../core/json.ts';
import type { Engine, EngineEvent, EngineRequest, EngineStart, ReadLine } from './contract.ts';
import { done, failed, message, toolEnd, toolUse, trouble } from './events.ts';
import { nameOf, objectOf, objectsOf, sumOf, textOf } from './fields.ts';
import { detailOf } from './line.ts';
import { refusal } from './refusal.ts';
import { hasFlag, option } from './words.ts';

/** Words of the operator that already choose a sandbox; given twice, Codex does not start. */
const SANDBOX_FLAGS = [
  '-s',
  '--sandbox',
  '--approve-for-me',
  '--dangerously-bypass-approvals-and-sandbox',
] as const;

/**
 * Codex (`codex`), which reads its prompt on stdin. `read-only` is its sandbox without network and web search; it still
 * reads files anywhere. A permission mode is one of its sandboxes.
 */
export const codex: Engine = { start, reader, usageOf: 'session' };

function start(request: EngineRequest): EngineStart {
  const reason = refusal('codex', request, ['model', 'reasoning', 'permissionMode', 'resume']);
  if (reason !== undefined) return { ok: false, reason };
  if (request.tools.kind === 'list')
    return { ok: false, reason: 'codex has no flag that limits it to a list of tools' };
  const argv = [
    ...request.command,
    ...option('--model', request.model),
    ...(request.reasoning === undefined ? [] : config('model_reasoning_effort', request.reasoning)),
    ...permissions(request),
    ...['exec', '--json', '--skip-git-repo-check', '--color=never'],
    ...(request.resume === undefined ? [] : ['resume', '--', request.resume]),
    '-',
  ];
  return { ok: true, argv, stdin: request.prompt, env: {}, files: {} };
}

function permissions({ tools, permissionMode, command }: EngineRequest): readonly string[] {
  if (tools.kind === 'read-only') return [...sandbox('read-only'), ...config('web_search', 'disabled')];
  if (permissionMode === undefined && hasFlag(command, SANDBOX_FLAGS)) return [];
  return sandbox(permissionMode ?? 'workspace-write');
}

/** What the sandbox does not allow fails, since nobody can be asked. */
function sandbox(mode: string): readonly string[] {
  return ['--ask-for-approval', 'never', '--sandbox', mode];
}

/** A value of its configuration is TOML, and a JSON text is a TOML one. */
function config(key: string, value: string): readonly string[] {
  return ['-c', `${key}=${JSON.stringify(value)}`];
}

function reader(): ReadLine {
  const started = new Set<string>();
  return (line) => {
    switch (line.type) {
      case 'thread.started':
        return [{ kind: 'started', session: nameOf(line.thread_id), model: null }];
      case 'item.started':
        return readStarted(objectOf(line.item), started);
      case 'item.completed':
        return readCompleted(objectOf(line.item), started);
      case 'turn.completed':
        return [usageOf(objectOf(line.usage)), done];
      case 'turn.failed':
        return [failed(textOf(objectOf(line.error).message))];
      case 'error':
        return trouble(textOf(line.message));
      default:
        return [];
    }
  };
}

function readStarted(item: JsonObject, started: Set<string>): readonly EngineEvent[] {
  const tool = toolOf(item);
  if (tool === undefined) return [];
  started.add(nameOf(item.id) ?? '');
  return [toolUse(tool.name, tool.detail)];
}

function readCompleted(item: JsonObject, started: Set<string>): readonly EngineEvent[] {
  if (item.type === 'agent_message') return message(textOf(item.text));
  if (item.type === 'error') return trouble(textOf(item.message));
  const tool = toolOf(item);
  if (tool === undefined) return [];
  // A tool that is over at once is only told of when it is.
  const use = started.delete(nameOf(item.id) ?? '') ? [] : [toolUse(tool.name, tool.detail)];
  return [...use, toolEnd(tool.name, item.status === 'failed' || item.status === 'declined')];
}

/** What kind of tool an item is; undefined: none, such as a plan or a thought. */
function toolOf(item: JsonObject): { readonly name: string; readonly detail: string } | undefined {
  switch (item.type) {
    case 'command_execution':
      return { name: 'command', detail: detailOf({ command: item.command ?? null }) };
    case 'file_change':
      return { name: 'file_change', detail: detailOf(objectsOf(item.changes)[0] ?? {}) };
    case 'mcp_tool_call':
      return { name: mcpName(item), detail: detailOf(objectOf(item.arguments)) };
    case 'web_search':
      return { name: 'web_search', detail: detailOf({ query: item.query ?? null }) };
    default:
      return undefined;
  }
}

function mcpName({ server, tool }: JsonObject): string {
  return [server, tool]
    .map(textOf)
    .filter((name) => name !== null)
    .join('.');
}

/** Its input holds what came from the cache, and its output what the model thought. */
function usageOf({ input_tokens, output_tokens }: JsonObject): EngineEvent {
  return {
    kind: 'usage',
    scope: 'total',
    inputTokens: sumOf(input_tokens),
    outputTokens: sumOf(output_tokens),
    costUsd: null,
  };
}
