/** Decides what a test has in its hand: Telegram's Bot API on a port of its own, its people, its faults, its record. */
import { Bots } from './bots.ts';
import type { Bot, BotSpec } from './bots.ts';
import { Chats } from './chats.ts';
import type { Acquaintance, ChatSpec } from './chats.ts';
import { exchange } from './exchange.ts';
import { Faults } from './faults.ts';
import type { Fault } from './faults.ts';
import { Meter } from './limits.ts';
import type { Limits } from './limits.ts';
import { CallLog } from './log.ts';
import type { Call } from './log.ts';
import { People } from './people.ts';
import type { Pressed, Pressing, Said, Saying } from './people.ts';
import { HttpFront } from './server.ts';
import { seen } from './views.ts';
import type { SeenMessage } from './views.ts';
import { Watch } from './watch.ts';
import type { Truthy } from './watch.ts';
import type { BotCommand, Raw } from './wire.ts';
import type { CallbackAnswer, World } from './world.ts';

/** Shaped like the one in Telegram's documentation: an account id, a colon, 35 characters. */
const DEFAULT_TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx';

export interface BotApiOptions {
  /** Of the first bot. */
  readonly token?: string;
  /** `declared` makes a chat that nobody added or spoke in "chat not found"; `any` is the default. */
  readonly chats?: Acquaintance;
}

/** Where a method takes a token, the first bot is meant unless it is given. */
export class BotApi implements AsyncDisposable {
  readonly #world: World;
  readonly #faults = new Faults();
  readonly #log = new CallLog();
  readonly #watch = new Watch(() => `the last calls:\n${this.#log.tail()}`);
  readonly #people: People;
  readonly #front: HttpFront;
  #token: string;

  private constructor({ token = DEFAULT_TOKEN, chats = 'any' }: BotApiOptions) {
    const changed = (): void => this.#watch.notify();
    this.#token = token;
    this.#world = {
      bots: new Bots(changed),
      chats: new Chats(chats),
      meter: new Meter(() => performance.now()),
      answers: [],
      complaints: [],
      documents: new Map(),
      changed,
    };
    this.#world.bots.add({ token });
    this.#people = new People(this.#world, () => this.#token);
    const parts = { world: this.#world, faults: this.#faults, log: this.#log };
    this.#front = new HttpFront((incoming) => exchange(parts, incoming));
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(options: BotApiOptions = {}): Promise<BotApi> {
    const api = new BotApi(options);
    await api.up();
    return api;
  }

  /** What `api_root` is to be. */
  get root(): string {
    return `http://127.0.0.1:${this.#front.port}`;
  }

  /** The token of the first bot; the new one after it was rotated. */
  get token(): string {
    return this.#token;
  }

  addBot(bot: BotSpec): void {
    this.#world.bots.add(bot);
  }

  /** 401 from now on, also for the poll that waits. */
  revoke(token: string = this.#token): void {
    this.#world.bots.revoke(token);
  }

  /** Answers the new token of the same account; the old one is revoked. */
  rotate(oldToken: string = this.#token): string {
    const token = this.#world.bots.rotate(oldToken);
    if (oldToken === this.#token) this.#token = token;
    return token;
  }

  addChat(chat: ChatSpec, token?: string): void {
    this.#world.chats.add(this.#bot(token), chat);
  }

  /** Nobody may write there any more: the user blocked the bot, the group threw it out, or there is no such chat. */
  closeChat(chatId: number, why: 'blocked' | 'kicked' | 'missing'): void {
    this.#world.chats.close(chatId, why);
  }

  reopenChat(chatId: number): void {
    this.#world.chats.reopen(chatId);
  }

  /** Messages to the topic are refused from now on. */
  removeTopic(chatId: number, thread: number): void {
    this.#world.chats.known(this.#bot(), chatId)?.topics?.delete(thread);
  }

  /** Someone writes. */
  say(saying: Saying): Said {
    return this.#people.say(saying);
  }

  /** Someone presses a button. */
  press(pressing: Pressing): Pressed {
    return this.#people.press(pressing);
  }

  /** An update of any kind; ids, dates and chat types that it lacks are added. */
  push(update: Raw, token?: string): Said {
    return this.#people.push(update, token);
  }

  /** All buttons pressed so far are too old to be answered. */
  expireCallbacks(token?: string): void {
    this.#bot(token).callbacks.clear();
  }

  fault(fault: Fault): void {
    this.#faults.order(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  get limits(): Limits {
    return this.#world.meter.limits;
  }

  set limits(limits: Limits) {
    this.#world.meter.limits = limits;
  }

  /** Breaks every connection and refuses new ones. Updates are kept. */
  down(): Promise<void> {
    return this.#front.close();
  }

  /** Listens again, on the same port. */
  up(): Promise<void> {
    return this.#front.open();
  }

  get calls(): readonly Call[] {
    return this.#log.calls;
  }

  callsOf(method: string): readonly Call[] {
    return this.calls.filter((call) => call.method === method);
  }

  /** The chat as a person sees it now. */
  messages(chatId: number, token?: string): readonly SeenMessage[] {
    const { bots, chats } = this.#world;
    const chat = chats.known(this.#bot(token), chatId);
    return [...(chat?.messages.values() ?? [])].map((message) =>
      seen(message, (userId) => bots.isOurs(userId)),
    );
  }

  /** What bots say there now. */
  texts(chatId: number, token?: string): readonly string[] {
    return this.messages(chatId, token).flatMap(({ from, text }) => (from === 'bot' ? [text] : []));
  }

  get answers(): readonly CallbackAnswer[] {
    return this.#world.answers;
  }

  /** By `scope`, `scope:chat_id` or `scope/language`: `default`, `chat:-100`, `all_private_chats/de`. */
  get commands(): Readonly<Record<string, readonly BotCommand[]>> {
    return this.commandsOf(this.#token);
  }

  commandsOf(token: string): Readonly<Record<string, readonly BotCommand[]>> {
    return Object.fromEntries(this.#bot(token).commands);
  }

  /** What Telegram would have taken in silence without doing what was meant; tests expect none. */
  get complaints(): readonly string[] {
    return this.#world.complaints;
  }

  /** Updates that a bot has not confirmed. */
  pending(token?: string): number {
    return this.#bot(token).inbox.queue.size;
  }

  /** Tokens whose getUpdates waits now. */
  get polls(): readonly string[] {
    return this.#world.bots.polled();
  }

  /** Asks again after every event; resolves with the first answer that is truthy, rejects after 20 s. */
  until<T>(question: () => T, what: string | (() => string)): Promise<Truthy<T>> {
    return this.#watch.until(question, what);
  }

  /** Resolves with the bot's message that matches. */
  sees(chatId: number, pattern: RegExp, token?: string): Promise<SeenMessage> {
    const isIt = ({ from, text }: SeenMessage): boolean => from === 'bot' && text.search(pattern) >= 0;
    const what = (): string =>
      `${String(pattern)} in chat ${chatId}, which shows ${JSON.stringify(this.texts(chatId, token))}`;
    return this.until(() => this.messages(chatId, token).find(isIt), what);
  }

  /** Resolves when this many bots wait in getUpdates at the same time, or the one with this token. */
  async polled(which: number | string = 1): Promise<void> {
    const waits = (): boolean =>
      typeof which === 'number' ? this.polls.length >= which : this.polls.includes(which);
    await this.until(waits, `a getUpdates waits (${which})`);
  }

  /** Resolves when nobody waits in getUpdates: this server hears of a closed connection after the one who closed it. */
  async unpolled(): Promise<void> {
    await this.until(() => this.polls.length === 0, 'nobody waits in getUpdates');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch[Symbol.dispose]();
    await this.#front.close();
    this.#world.bots.dismiss();
  }

  #bot(token: string = this.#token): Bot {
    return this.#world.bots.account(token);
  }
}
