/** Decides what the stream of Claude Code tells, which other agents write as well: whole messages, then a result. */
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { EngineEvent, ReadLine } from './contract.ts';
import { done, failed, message, trouble } from './events.ts';
import { amountOf, nameOf, objectOf, objectsOf, sumOf, textOf } from './fields.ts';
import { runningTools } from './running.ts';
import type { RunningTools } from './running.ts';

type Usage = Extract<EngineEvent, { readonly kind: 'usage' }>;

/** What is no model but the name under which the program itself speaks, of failed requests for example. */
const SYNTHETIC_MODEL = '<synthetic>';

/** A reader for one run. */
export function messagesReader(): ReadLine {
  const tools = runningTools();
  const readUsage = usageReader();
  return (line) => {
    switch (line.type) {
      case 'system':
        return readSystem(line);
      case 'assistant':
        return [...readAssistant(line, tools), ...readUsage(line)];
      case 'user':
        return readUser(line, tools);
      case 'result':
        return [...readUsage(line), readResult(line)];
      default:
        return [];
    }
  };
}

function readSystem(line: JsonObject): readonly EngineEvent[] {
  if (line.subtype === 'init')
    return [{ kind: 'started', session: nameOf(line.session_id), model: nameOf(line.model) }];
  if (line.subtype === 'background_tasks_changed')
    return [{ kind: 'background', tasks: objectsOf(line.tasks).length }];
  if (line.subtype !== 'api_retry') return [];
  const status = amountOf(line.error_status) ?? textOf(line.error) ?? 'an error';
  return trouble(`the API answered ${status}; retry ${amountOf(line.attempt) ?? 1}`);
}

/** The words of a subagent are not the agent's own; its tools are steps like any other. */
function readAssistant(line: JsonObject, tools: RunningTools): readonly EngineEvent[] {
  const { content, model } = objectOf(line.message);
  const isOwn = textOf(line.parent_tool_use_id) === null;
  return objectsOf(content).flatMap((block) => {
    if (block.type === 'tool_use')
      return [tools.begin({ id: block.id, name: block.name, input: block.input })];
    if (block.type !== 'text' || !isOwn) return [];
    return model === SYNTHETIC_MODEL ? trouble(textOf(block.text)) : message(textOf(block.text));
  });
}

function readUser(line: JsonObject, tools: RunningTools): readonly EngineEvent[] {
  return objectsOf(objectOf(line.message).content).flatMap((block) => {
    return block.type === 'tool_result' ? [tools.end(block.tool_use_id, block.is_error === true)] : [];
  });
}

/** A failed request comes as `success` with `is_error`, and with what went wrong as its text. */
function readResult(line: JsonObject): EngineEvent {
  const text = textOf(line.result);
  const subtype = textOf(line.subtype) ?? '';
  if (line.is_error !== true && !subtype.startsWith('error')) return { ...done, text };
  return failed(text ?? textOf(line.error) ?? firstText(line.errors) ?? textOf(subtype));
}

function firstText(value: JsonValue | undefined): string | null {
  return Array.isArray(value) ? textOf((value as readonly JsonValue[])[0]) : null;
}

/**
 * Messages tell their usage as it was when they began, once for each part of them: good enough until the result tells
 * what really was consumed. Several results of one run add up.
 */
function usageReader(): ReadLine {
  let lastMessage: string | null = null;
  let told: Usage | undefined;
  return (line) => {
    if (line.type === 'result') {
      const usage = resultUsage(line, told);
      if (usage === undefined) return [];
      told = usage;
      return [usage];
    }
    const { id, usage } = objectOf(line.message);
    const name = nameOf(id);
    if (usage === undefined || (name !== null && name === lastMessage)) return [];
    lastMessage = name;
    return [{ kind: 'usage', scope: 'step', ...tokensOf(objectOf(usage)), costUsd: null }];
  };
}

/** `total_cost_usd` of a resumed session holds what was spent before; only `model_usage_since_last_result` does not. */
function resultUsage(line: JsonObject, told: Usage | undefined): Usage | undefined {
  const since = objectsOf(Object.values(objectOf(line.model_usage_since_last_result)));
  if (since.length > 0) {
    const sum = (...keys: readonly string[]): number =>
      sumOf(...since.flatMap((one) => keys.map((key) => one[key])));
    return {
      kind: 'usage',
      scope: 'total',
      inputTokens:
        (told?.inputTokens ?? 0) + sum('inputTokens', 'cacheReadInputTokens', 'cacheCreationInputTokens'),
      outputTokens: (told?.outputTokens ?? 0) + sum('outputTokens'),
      costUsd: (told?.costUsd ?? 0) + sum('costUSD'),
    };
  }
  if (line.usage === undefined) return undefined;
  const costUsd = amountOf(line.total_cost_usd);
  return { kind: 'usage', scope: 'total', ...tokensOf(objectOf(line.usage)), costUsd };
}

function tokensOf(usage: JsonObject): Pick<Usage, 'inputTokens' | 'outputTokens'> {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = usage;
  return {
    inputTokens: sumOf(input_tokens, cache_read_input_tokens, cache_creation_input_tokens),
    outputTokens: sumOf(output_tokens),
  };
}
