/** Decides what people do in a chat and which update the bot gets of it. */
import type { Bot, Bots } from './bots.ts';
import type { Chat, StoredMessage } from './chat.ts';
import { commandsIn } from './detect.ts';
import { nowSeconds } from './methods/method.ts';
import type { SeenMessage } from './views.ts';
import { wireMessage } from './views.ts';
import type { Entity, Raw, WireUser } from './wire.ts';
import { isRaw } from './wire.ts';
import type { World } from './world.ts';

/** A user by id, or with whatever else of a User matters. */
export type Person = number | (Partial<WireUser> & { readonly id: number });

export interface Saying {
  readonly from: Person;
  /** The private chat with `from`, unless given; a negative id is a supergroup. */
  readonly chat?: number;
  readonly text: string;
  /** The topic, which is opened when it is new. */
  readonly thread?: number;
  readonly replyTo?: number;
  /** The `bot_command`s in the text, unless given. */
  readonly entities?: readonly Entity[];
  /** Epoch seconds. */
  readonly date?: number;
  /** Which bot hears it: the first one unless given. */
  readonly token?: string;
}

export interface Pressing {
  readonly from: Person;
  readonly message: number | SeenMessage;
  readonly data: string;
  readonly chat?: number;
  readonly token?: string;
}

/** `updateId` is 0 when the bot does not want updates of this kind. */
export interface Said {
  readonly updateId: number;
  readonly messageId: number;
}

export interface Pressed {
  readonly updateId: number;
  readonly callbackId: string;
}

const MESSAGE_KINDS = ['message', 'edited_message', 'channel_post', 'edited_channel_post'] as const;

export class People {
  readonly #world: World;
  readonly #mainToken: () => string;
  #presses = 0;

  constructor(world: World, mainToken: () => string) {
    this.#world = world;
    this.#mainToken = mainToken;
  }

  say(saying: Saying): Said {
    const { text, thread, replyTo, date = nowSeconds(), entities = commandsIn(text) } = saying;
    const from = userOf(saying.from);
    const bot = this.#bot(saying.token);
    const chat = this.#world.chats.enter(bot, saying.chat ?? from.id);
    if (thread !== undefined) chat.useTopic(thread);
    if (replyTo !== undefined && !chat.messages.has(replyTo))
      throw new Error(`nobody can reply to message ${replyTo} of chat ${chat.id}: it is not there`);
    const message = chat.post({ from, date, text, entities, thread, replyTo });
    const updateId = this.#deliver(bot, { message: wireMessage(chat, message) });
    return { updateId, messageId: message.id };
  }

  press({ from, message, data, chat: chatId, token }: Pressing): Pressed {
    const user = userOf(from);
    const bot = this.#bot(token);
    const chat = this.#world.chats.enter(bot, chatId ?? user.id);
    const callbackId = `4382${String(++this.#presses).padStart(15, '0')}`;
    bot.callbacks.add(callbackId);
    const query = {
      id: callbackId,
      from: user,
      message: pressedOn(chat, typeof message === 'number' ? message : message.id),
      chat_instance: `instance${chat.id}`,
      data,
    };
    return { updateId: this.#deliver(bot, { callback_query: query }), callbackId };
  }

  /** Adds what every message has to the messages in it, and puts them into their chats. */
  push(raw: Raw, token?: string): Said {
    const bot = this.#bot(token);
    const kind = MESSAGE_KINDS.find((each) => isRaw(raw[each]));
    if (kind === undefined) return { updateId: this.#deliver(bot, raw), messageId: 0 };
    const message = this.#completed(bot, raw[kind] as Raw, kind);
    return { updateId: this.#deliver(bot, { ...raw, [kind]: message }), messageId: message.message_id };
  }

  #completed(bot: Bot, given: Raw, kind: string): Raw & { readonly message_id: number } {
    const place = isRaw(given['chat']) ? given['chat'] : isRaw(given['from']) ? given['from'] : {};
    if (typeof place['id'] !== 'number') throw new Error(`a ${kind} needs a chat or a sender with an id`);
    const chat = this.#world.chats.enter(bot, place['id']);
    const message_id = typeof given['message_id'] === 'number' ? given['message_id'] : chat.nextId();
    chat.reserve(message_id);
    record(chat, message_id, given);
    const channel = kind.endsWith('channel_post') ? { type: 'channel' } : {};
    return {
      date: nowSeconds(),
      ...given,
      message_id,
      chat: { ...chat.wire, ...channel, ...(isRaw(given['chat']) ? given['chat'] : {}) },
    };
  }

  #bot(token: string = this.#mainToken()): Bot {
    const bots: Bots = this.#world.bots;
    return bots.account(token);
  }

  #deliver(bot: Bot, update: Raw): number {
    const id = bot.inbox.deliver(update);
    this.#world.changed();
    return id;
  }
}

function userOf(person: Person): WireUser {
  const given = typeof person === 'number' ? { id: person } : person;
  return { is_bot: false, first_name: `User ${given.id}`, ...given };
}

/** Of a message that is gone, Telegram only says where it was. */
function pressedOn(chat: Chat, id: number): Raw {
  const message = chat.messages.get(id);
  return message === undefined ? { chat: chat.wire, message_id: id, date: 0 } : wireMessage(chat, message);
}

function record(chat: Chat, id: number, given: Raw): void {
  const text = typeof given['text'] === 'string' ? given['text'] : '';
  const before = chat.messages.get(id);
  if (before !== undefined) {
    chat.edit(before, { text });
    return;
  }
  const from = isRaw(given['from']) ? given['from'] : (given['sender_chat'] as Raw | undefined);
  const blank = { entities: [], keyboard: [], replyTo: undefined, thread: undefined, document: undefined };
  const sender: StoredMessage['from'] = userOf({ id: chat.id, ...from });
  chat.messages.set(id, { ...blank, id, from: sender, date: nowSeconds(), text, silent: false, edited: 0 });
}
