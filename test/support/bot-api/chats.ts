/** Decides which chats there are and whether a bot may write there. */
import type { Bot } from './bots.ts';
import { Chat } from './chat.ts';
import { badRequest, forbidden } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { WireChat } from './wire.ts';

export interface ChatSpec {
  readonly id: number;
  /** By the sign of the id unless given: private or supergroup. */
  readonly type?: WireChat['type'];
  readonly title?: string;
  readonly username?: string;
  /** Makes the chat a forum; any other thread is refused. */
  readonly topics?: readonly number[];
}

/** `any`: a chat is there as soon as someone names it. `declared`: only when it was added or spoken in. */
export type Acquaintance = 'any' | 'declared';

export class Chats {
  readonly #chats = new Map<string, Chat>();
  readonly #closed = new Map<number, () => Refusal>();
  readonly #acquaintance: Acquaintance;

  constructor(acquaintance: Acquaintance) {
    this.#acquaintance = acquaintance;
  }

  add(bot: Bot, { topics, ...spec }: ChatSpec): Chat {
    const chat = this.enter(bot, spec.id);
    chat.wire = { ...chat.wire, ...spec };
    if (topics !== undefined) chat.openTopics(topics);
    return chat;
  }

  /** The chat, made when it is new. A private one is each bot's own, a group is the same for all. */
  enter(bot: Bot, id: number): Chat {
    const key = keyOf(bot, id);
    const chat = this.#chats.get(key) ?? new Chat(defaultsOf(id));
    this.#chats.set(key, chat);
    return chat;
  }

  /** The chat, if there is one. */
  known(bot: Bot, id: number): Chat | undefined {
    return this.#chats.get(keyOf(bot, id));
  }

  /** The chat that a request names by id or @username, if the bot may write there; throws a `Refusal`. */
  find(bot: Bot, ref: unknown): Chat {
    if (ref === undefined || ref === '') throw badRequest('chat_id is empty');
    const chat = typeof ref === 'string' && ref.startsWith('@') ? this.#named(ref) : this.#numbered(bot, ref);
    if (chat === undefined) throw badRequest('chat not found');
    const closed = this.#closed.get(chat.id);
    if (closed !== undefined) throw closed();
    return chat;
  }

  close(id: number, why: 'blocked' | 'kicked' | 'missing'): void {
    this.#closed.set(id, () => {
      if (why === 'missing') return badRequest('chat not found');
      return forbidden(
        why === 'blocked' ? 'bot was blocked by the user' : 'bot was kicked from the supergroup chat',
      );
    });
  }

  reopen(id: number): void {
    this.#closed.delete(id);
  }

  #named(username: string): Chat | undefined {
    return this.#chats.values().find(({ wire }) => `@${wire.username ?? ''}` === username);
  }

  #numbered(bot: Bot, ref: unknown): Chat | undefined {
    if (typeof ref !== 'number' || !Number.isSafeInteger(ref) || ref === 0) return undefined;
    return this.#acquaintance === 'any' ? this.enter(bot, ref) : this.known(bot, ref);
  }
}

function keyOf(bot: Bot, id: number): string {
  return id > 0 ? `${bot.user.id}/${id}` : String(id);
}

function defaultsOf(id: number): WireChat {
  return id > 0
    ? { id, type: 'private', first_name: `User ${id}` }
    : { id, type: 'supergroup', title: `Group ${id}` };
}
