/** Decides who may do what in a chat: by the numeric id of the person, and by nothing else. */
import type { ChatSettings } from '../core/chat-settings.ts';
import { TERMINAL_BOT } from '../core/message.ts';
import type { Incoming } from './incoming.ts';

/** What somebody may do; each role may do what those before it may. */
export const roles = ['user', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/**
 * The role of whoever sent it; undefined: a stranger, who is not answered. The terminal belongs to whoever may open the
 * control socket, and that is the owner of the service.
 */
export function roleOf(
  { from: person, to }: Pick<Incoming, 'from' | 'to'>,
  { users, operators, admins }: Pick<ChatSettings, 'users' | 'operators' | 'admins'>,
): Role | undefined {
  if (to.bot === TERMINAL_BOT) return 'admin';
  if (person === undefined) return undefined;
  if (admins.has(person)) return 'admin';
  if (operators.has(person)) return 'operator';
  return users.has(person) ? 'user' : undefined;
}

/** True when `role` may do what asks for `needed`. */
export function mayDo(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
