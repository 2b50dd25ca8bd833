/** Decides where the state of plugins is kept: beside the small things that the store remembers, each plugin apart. */
import type { ChatLedger } from '../core/chat-ledger.ts';
import { messageOf } from '../core/errors.ts';
import { noteState, statePrefix } from './dormant.ts';
import { MOST_STATE } from './plain.ts';
import type { StateAnswer, StateQuery } from './protocol.ts';

const MOST_KEY_CHARACTERS = 200;

/** Answers a plugin; never rejects. It outlives reloads, restarts, and the plugin itself. */
export async function answerState(
  ledger: Pick<ChatLedger, 'remember' | 'remembered' | 'memories'>,
  id: string,
  query: StateQuery,
): Promise<StateAnswer> {
  try {
    if (query.kind === 'keys') {
      const prefix = statePrefix(id);
      const names = [...(await ledger.memories(prefix)).keys()];
      return { ok: true, value: names.map((name) => name.slice(prefix.length)).sort() };
    }
    const refusal = refusalOf(query);
    if (refusal !== undefined) return { ok: false, reason: refusal };
    const name = statePrefix(id) + query.key;
    if (query.kind === 'set') {
      await noteState(ledger, id);
      await ledger.remember(name, textOf(query.value));
      return { ok: true, value: undefined };
    }
    const kept = await ledger.remembered(name);
    return { ok: true, value: kept === undefined ? undefined : (JSON.parse(kept) as unknown) };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}

function refusalOf(query: Exclude<StateQuery, { kind: 'keys' }>): string | undefined {
  if (typeof query.key !== 'string' || query.key === '' || query.key.length > MOST_KEY_CHARACTERS)
    return `a key is a text of 1 to ${MOST_KEY_CHARACTERS} characters`;
  if (query.kind === 'set' && (textOf(query.value)?.length ?? 0) > MOST_STATE)
    return `the value of ${query.key} is longer than ${MOST_STATE} characters of JSON`;
  return undefined;
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
