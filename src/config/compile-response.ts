/** Decides what the sender of a delivery is told, from the keys about the answer. */
import type { SenderAnswer } from '../core/trigger.ts';
import { isTerminal, runStates } from '../core/run.ts';
import { msOf } from './compile-context.ts';
import { fault, warning } from './problem.ts';
import type { Problem } from './problem.ts';
import { oneOf } from './schema/key.ts';
import { DEFAULT_RESPONSE_TIMEOUT, keysOfResponse, responseKinds } from './schema/response.ts';
import type { WebhookConfig } from './schema/webhook.ts';

const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** Undefined: 202 at once. */
export function compileResponse(config: WebhookConfig): SenderAnswer | undefined {
  const { response: kind, response_type: contentType = PLAIN_TEXT } = config;
  if (kind === 'stream') return { kind, contentType };
  if (kind !== 'wait') return undefined;
  const { response_timeout: timeout = DEFAULT_RESPONSE_TIMEOUT, response_status: statuses = {} } = config;
  return { kind, contentType, timeoutMs: msOf(timeout), statuses };
}

/** What is wrong with these keys together, and which of them nothing reads. */
export function checkResponse(config: WebhookConfig): readonly Problem[] {
  return [...checkBurst(config), ...checkTimeout(config), ...checkStatuses(config), ...idleKeys(config)];
}

function checkBurst({ response, coalesce }: WebhookConfig): readonly Problem[] {
  if (coalesce === undefined || (response !== 'wait' && response !== 'stream')) return [];
  const message = `a sender cannot wait for a run that a newer delivery may take the place of: leave out \`coalesce\`, or use response = "callback"`;
  return [fault(['response'], message)];
}

function checkTimeout({ response_timeout: timeout }: WebhookConfig): readonly Problem[] {
  return timeout !== undefined && msOf(timeout) === 0
    ? [fault(['response_timeout'], 'must be longer than nothing; response = "ack" answers at once')]
    : [];
}

const ENDS = runStates.filter(isTerminal);

function checkStatuses({ response_status: statuses }: WebhookConfig): readonly Problem[] {
  return Object.keys(statuses ?? {}).flatMap((name) =>
    isExitCode(name) || (ENDS as readonly string[]).includes(name)
      ? []
      : [fault(['response_status', name], `expected an exit code from 0 to 255, or ${oneOf(ENDS)}`)],
  );
}

function isExitCode(text: string): boolean {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255;
}

function idleKeys(config: WebhookConfig): readonly Problem[] {
  const own: readonly string[] = keysOfResponse[config.response];
  const all = new Set(responseKinds.flatMap((kind) => keysOfResponse[kind]));
  const idle = [...all].filter((name) => config[name] !== undefined && !own.includes(name));
  const [first] = idle;
  if (first === undefined) return [];
  const names = idle.map((name) => `\`${name}\``).join(', ');
  return [warning([first], `without effect: response = "${config.response}" does not read ${names}`)];
}
