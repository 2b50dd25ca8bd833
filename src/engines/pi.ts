/** Decides how Pi is started and resumed, what it may use, and what its stream tells. */
import type { AgentTools } from '../core/agent.ts';
import type { JsonObject } from '../core/json.ts';
import { argumentOrStdin, notAFlag } from './argument.ts';
import type { Engine, EngineEvent, EngineRequest, EngineStart, ReadLine } from './contract.ts';
import { done, failed, message, toolEnd, toolUse, trouble } from './events.ts';
import { amountOf, nameOf, objectOf, objectsOf, sumOf, textOf } from './fields.ts';
import { detailOf } from './line.ts';
import { refusal } from './refusal.ts';
import { option } from './words.ts';

const READ_ONLY_TOOLS = ['read', 'grep', 'find', 'ls'] as const;

/** Why a message ended that ends the turn as a failure. */
const FAILURES: readonly unknown[] = ['error', 'aborted'];

/**
 * Pi (`pi`), which asks nobody for anything. Its read-only tools read files anywhere. It exits with 0 also when the
 * request to its model failed: only the stream tells.
 */
export const pi: Engine = { start, reader, usageOf: 'run' };

function start(request: EngineRequest): EngineStart {
  const reason = refusal('pi', request, ['model', 'reasoning', 'resume']);
  if (reason !== undefined) return { ok: false, reason };
  // It knows no `--`, and what begins with `@` is the name of a file to read.
  const { args, stdin } = argumentOrStdin(request.prompt, (prompt) => [notAFlag(prompt, '@')]);
  const argv = [
    ...request.command,
    ...['--print', '--mode', 'json'],
    ...option('--model', request.model),
    ...option('--thinking', request.reasoning),
    ...option('--session', request.resume),
    ...limits(request.tools),
    ...args,
  ];
  return { ok: true, argv, stdin, env: {}, files: {} };
}

function limits(tools: AgentTools): readonly string[] {
  if (tools.kind === 'all') return [];
  const names = tools.kind === 'list' ? tools.names : READ_ONLY_TOOLS;
  return names.length === 0 ? ['--no-tools'] : ['--tools', names.join(',')];
}

function reader(): ReadLine {
  let last: JsonObject = {};
  let model: string | null = null;
  return (line) => {
    const own = objectOf(line.message);
    switch (line.type) {
      case 'session':
        return [{ kind: 'started', session: nameOf(line.id), model: null }];
      case 'message_start': {
        // Its first line does not say which model it is.
        const named = own.role === 'assistant' ? nameOf(own.model) : null;
        if (named === null || named === model) return [];
        model = named;
        return [{ kind: 'started', session: null, model }];
      }
      case 'tool_execution_start':
        return [toolUse(textOf(line.toolName), detailOf(objectOf(line.args)))];
      case 'tool_execution_end':
        return [toolEnd(textOf(line.toolName), line.isError === true)];
      case 'message_end':
        if (own.role !== 'assistant') return [];
        last = own;
        return readMessage(own);
      case 'agent_end':
        return [FAILURES.includes(last.stopReason) ? failed(textOf(last.errorMessage)) : done];
      case 'auto_retry_end':
        return line.success === false ? [failed(textOf(line.finalError))] : [];
      default:
        return [];
    }
  };
}

/** A whole message; the pieces of it that came before are left alone. */
function readMessage({ content, usage, errorMessage }: JsonObject): readonly EngineEvent[] {
  const texts = objectsOf(content).filter(({ type }) => type === 'text');
  const text = texts.map((block) => textOf(block.text) ?? '').join('');
  return [...message(textOf(text)), usageOf(objectOf(usage)), ...trouble(textOf(errorMessage))];
}

function usageOf({ input, cacheRead, cacheWrite, output, cost }: JsonObject): EngineEvent {
  return {
    kind: 'usage',
    scope: 'step',
    inputTokens: sumOf(input, cacheRead, cacheWrite),
    outputTokens: sumOf(output),
    costUsd: amountOf(objectOf(cost).total),
  };
}
