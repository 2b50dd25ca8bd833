/** Decides how a request's parameters are read, whichever of Telegram's encodings they come in. */
import { partsOf } from './multipart.ts';
import type { Part } from './multipart.ts';
import { badRequest } from './refusal.ts';
import type { Incoming } from './server.ts';
import type { Raw } from './wire.ts';
import { isRaw } from './wire.ts';

/** An uploaded file, as the parameter that it was sent for. */
export interface Upload {
  readonly name: string;
  readonly text: string;
  readonly size: number;
}

const JSON_VALUES = new Set([
  'allowed_updates',
  'caption_entities',
  'commands',
  'entities',
  'link_preview_options',
  'reply_markup',
  'reply_parameters',
  'scope',
]);
const NUMBERS = new Set([
  'cache_time',
  'chat_id',
  'limit',
  'max_connections',
  'message_id',
  'message_thread_id',
  'offset',
  'reply_to_message_id',
  'timeout',
]);
const FLAGS = new Set([
  'allow_sending_without_reply',
  'disable_notification',
  'disable_web_page_preview',
  'drop_pending_updates',
  'protect_content',
  'show_alert',
]);

/**
 * The parameters of the query string and the body, the same whatever the encoding: numbers, flags and JSON in strings
 * are read, files are `Upload`s. Throws a `Refusal` when the body is not what its type says.
 */
export function readParams(incoming: Incoming): Raw {
  const query = new URL(incoming.url, 'http://localhost').searchParams;
  const given = { ...Object.fromEntries(query), ...readBody(incoming) };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, revive(name, value)]));
}

function readBody({ headers, body }: Incoming): Raw {
  if (body.length === 0) return {};
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return readJson(body);
  if (type.startsWith('multipart/form-data')) return readForm(body, type);
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(body.toString()));
  return {};
}

function readJson(body: Buffer): Raw {
  const value = parsed(body.toString());
  if (!isRaw(value)) throw badRequest("can't parse JSON object");
  return value;
}

function readForm(body: Buffer, type: string): Raw {
  const parts = partsOf(body, type);
  if (parts === undefined) throw badRequest("can't parse the form");
  return attached(Object.fromEntries(parts.map((part) => [part.name, valueOf(part)])));
}

function valueOf({ fileName, content }: Part): string | Upload {
  const text = content.toString();
  return fileName === undefined ? text : { name: fileName, text, size: content.length };
}

/** Puts a file that is named by `attach://part` in the place of its name. */
function attached(given: Raw): Raw {
  const taken = new Set<string>();
  const placed = Object.entries(given).map(([name, value]) => {
    const part = typeof value === 'string' ? /^attach:\/\/(.+)$/.exec(value)?.[1] : undefined;
    if (part === undefined || !(part in given)) return [name, value] as const;
    taken.add(part);
    return [name, given[part]] as const;
  });
  return Object.fromEntries(placed.filter(([name]) => !taken.has(name)));
}

function revive(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (JSON_VALUES.has(name)) return parsed(value) ?? value;
  if (NUMBERS.has(name) && /^-?\d+$/.test(value)) return Number(value);
  if (FLAGS.has(name)) return ['true', '1', 'yes'].includes(value.toLowerCase());
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Whoever asked for it refuses what is not JSON, in words of its own.
    return undefined;
  }
}
