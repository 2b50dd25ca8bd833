/** Decides under which names the store remembers small things about chats, see `ChatLedger.remember`. */
import type { TriggerId } from '../core/ids.ts';

/** How the names begin of what chats hear nothing of for a while. */
export const MUTES = 'mute:';

/** How the names begin of chats that take no messages. */
export const REFUSALS = 'refused:';

/** How the names begin of messages that announce an answer which is still to take their place. */
export const ANNOUNCEMENTS = 'announced:';

/** What the message of that key says until then. */
export function announcementName(key: string): string {
  return `${ANNOUNCEMENTS}${key}`;
}

/** Until when the chat (see `chatKey`) hears nothing of the trigger, epoch ms. */
export function muteName(trigger: TriggerId, chat: string): string {
  return `${MUTES}${chat}:${trigger}`;
}

/** Why the chat (see `chatKey`) takes no messages, in Telegram's words. */
export function refusalName(chat: string): string {
  return `${REFUSALS}${chat}`;
}

/** What the menu of this account was set to, as a digest. */
export function menuName(account: string): string {
  return `menu:${account}`;
}

/** What the chat's last request without a name came to, see `Control.decide`. */
export function decidedName(chat: string): string {
  return `decided:${chat}`;
}
