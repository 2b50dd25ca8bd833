/** Decides which files of hooks are missed after a restart: those that had hooks, until somebody agrees that they are gone. */
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { HookPlace } from '../../core/hook.ts';
import type { Scope } from './scope.ts';
import { unread } from './scope.ts';

const PREFIX = 'hooks:';
const nameOf = ({ file }: HookPlace): string => PREFIX + file;

/** Where it is remembered. */
export type HooksMemory = Pick<ChatLedger, 'remember' | 'memories'>;

/** The places of a start. */
export async function placesOf(places: readonly HookPlace[], memory: HooksMemory): Promise<readonly Scope[]> {
  const had = await memory.memories(PREFIX);
  return places.map((place) => ({ ...unread(place), isMissed: had.has(nameOf(place)) }));
}

/** Remembers which of them have hooks; those that nobody knows stay what they were. */
export async function rememberHooks(scopes: readonly Scope[], memory: HooksMemory): Promise<void> {
  const had = await memory.memories(PREFIX);
  const stays = scopes.filter(({ hooks }) => hooks === undefined || hooks.length > 0);
  const names = new Set(stays.map(({ place }) => nameOf(place)));
  const known = scopes.filter(({ hooks }) => (hooks?.length ?? 0) > 0).map(({ place }) => nameOf(place));
  for (const name of known) if (!had.has(name)) await memory.remember(name, 'had hooks');
  for (const name of had.keys()) if (!names.has(name)) await memory.remember(name, undefined);
}
