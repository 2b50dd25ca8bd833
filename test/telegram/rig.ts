/** Decides how a bot is tried out: against the double of the Bot API over real HTTP, with a clock moved by hand. */
import type { Incoming, Reply } from '../../src/chat/incoming.ts';
import type { ChatLedger } from '../../src/core/chat-ledger.ts';
import type { BotSettings } from '../../src/core/chat-settings.ts';
import type { Clock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import type { MessageKind, OutgoingMessage, SendOutcome, StoredMessage } from '../../src/core/message.ts';
import { Secret } from '../../src/core/secret.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import type { BotDeps, TelegramBot } from '../../src/telegram/bot.ts';
import { startBot } from '../../src/telegram/bot.ts';
import { BotApi } from '../support/bot-api/api.ts';
import { Watch } from '../support/bot-api/watch.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** What differs from one test to the next. */
export interface RigOptions extends Partial<Pick<BotDeps, 'onFault' | 'onState' | 'onSettled'>> {
  readonly api?: BotApi;
  readonly ledger?: ChatLedger;
  readonly token?: string;
  readonly respond?: (incoming: Incoming) => Reply | Promise<Reply>;
  readonly menu?: BotDeps['menu'];
}

/** A bot, and all that it was heard to say. Left undisposed it is a process that died: its clock stands still. */
export class Rig implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly heard: Incoming[] = [];
  readonly states: (readonly [state: string, detail: string])[] = [];
  readonly settled: (readonly [key: string, outcome: SendOutcome['kind'], row: StoredMessage])[] = [];
  readonly api: BotApi;
  readonly ledger: ChatLedger;
  readonly bot: TelegramBot;
  readonly #isOwnApi: boolean;
  /** When the bot's timers fire, monotonic ms. */
  readonly #timers = new Set<number>();
  readonly #watch = new Watch(() => JSON.stringify({ states: this.states, settled: this.settled }));

  private constructor(api: BotApi, options: RigOptions) {
    const { api: _, token, ...rest } = options;
    const { ledger = new MemoryLedger().chat, respond = echo, menu = () => [], ...callbacks } = rest;
    this.api = api;
    this.#isOwnApi = options.api === undefined;
    this.ledger = ledger;
    this.bot = startBot({
      settings: settingsOf(api, token),
      ledger,
      clock: this.#watched(this.clock),
      log: silentLog,
      menu,
      respond: async (incoming) => {
        this.heard.push(incoming);
        this.#watch.notify();
        return respond(incoming);
      },
      onFault: ({ id, to }) => ({
        messages: [{ key: `${id}:0`, to, kind: 'answer', content: { text: 'fault', silent: false } }],
      }),
      onState: (state, detail) => {
        this.states.push([state, detail]);
        this.#watch.notify();
      },
      onSettled: (row, { kind }) => {
        this.settled.push([row.key, kind, row]);
        this.#watch.notify();
      },
      ...callbacks,
    });
  }

  static async start(options: RigOptions = {}): Promise<Rig> {
    return new Rig(options.api ?? (await BotApi.start()), options);
  }

  /** One that polls already. */
  static async polling(options: RigOptions = {}): Promise<Rig> {
    const rig = await Rig.start(options);
    await rig.api.polled();
    return rig;
  }

  /** Resolves once the answer to `question` is truthy; it is asked after everything that the bot says. */
  async until(question: () => unknown, what: string): Promise<void> {
    await this.#watch.until(question, what);
  }

  async state(state: string): Promise<void> {
    await this.until(() => this.bot.state === state, `state ${state}`);
  }

  /** Resolves with the row when an attempt with this message has ended so, for the `nth` time. */
  async settles(key: string, outcome: SendOutcome['kind'], nth = 1): Promise<StoredMessage> {
    const ends = (): (typeof this.settled)[number][] =>
      this.settled.filter((one) => one[0] === key && one[1] === outcome);
    await this.until(() => ends().length >= nth, `${key} is ${outcome} (${nth})`);
    return ends()[nth - 1]![2];
  }

  /** Resolves when the bot waits for exactly so long, ms; then lets that time run. */
  async waits(ms: number): Promise<void> {
    while (!this.#timers.has(this.clock.monotonic() + ms)) await turn();
    await this.clock.advance(ms);
  }

  #watched(clock: FakeClock): Clock {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      alarm: (atMs, fire) => clock.alarm(atMs, fire),
      after: (ms, fire) => {
        const at = clock.monotonic() + ms;
        this.#timers.add(at);
        const cancel = clock.after(ms, () => {
          this.#timers.delete(at);
          fire();
        });
        return () => {
          this.#timers.delete(at);
          cancel();
        };
      },
    };
  }

  #isCalling(): boolean {
    return this.api.calls.some(
      ({ method, outcome }) => method !== 'getUpdates' && outcome.kind === 'waiting',
    );
  }

  async post(...messages: readonly OutgoingMessage[]): Promise<void> {
    await this.ledger.post(messages, this.clock.now());
    this.bot.wake();
  }

  /** Hands new content of a run's message to the bot, for chat 7 unless given. */
  shows(key: string, text: string, chat = 7): void {
    this.bot.edit({ key, to: { bot: 'default', chat }, content: { text, silent: true } });
  }

  /** Posts a message and waits until it has arrived. */
  async posted(message: OutgoingMessage): Promise<StoredMessage> {
    await this.post(message);
    return this.settles(message.key, 'sent');
  }

  /** Lets time run, a second at a time and only while nothing is under way, until the message has been sent. */
  async sends(key: string): Promise<void> {
    while (!this.settled.some(([one, outcome]) => one === key && outcome === 'sent')) {
      if (!this.#isCalling() && (this.clock.nextIn() ?? Infinity) <= 10_000) await this.clock.advance(1_000);
      else await turn();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch[Symbol.dispose]();
    const closed = this.bot.close({ flushMs: 0 }).then(() => true);
    // What hangs is broken off once its time is up.
    while (!(await Promise.race([closed, turn()]))) await this.clock.advance(100);
    if (this.#isOwnApi) await this.api[Symbol.asyncDispose]();
  }
}

/** Resolves once the answer to `question` is true; for what nobody tells. */
export async function eventually(question: () => Promise<boolean>): Promise<void> {
  while (!(await question())) await turn();
}

/** One turn of the event loop, in which sockets are read. */
async function turn(): Promise<false> {
  await new Promise((resolve) => setImmediate(resolve));
  return false;
}

/** How the bot is reached, with this token or the first bot's. */
export function settingsOf(api: BotApi, token = api.token): BotSettings {
  const account = token.split(':', 1)[0]!;
  return { name: 'default', token: new Secret(token), account, apiRoot: api.root, accountChange: false };
}

/** Says what it heard. */
export function echo({ id, to, command, text }: Incoming): Reply {
  const said = command === undefined ? text : `${command}(${text})`;
  return { messages: [{ key: `${id}:0`, to, kind: 'answer', content: { text: said, silent: false } }] };
}

/** A message to a chat, 7 unless given. */
export function message(
  key: string,
  { chat = 7, kind = 'answer', text = key }: { chat?: number; kind?: MessageKind; text?: string } = {},
): OutgoingMessage {
  return { key, to: { bot: 'default', chat }, kind, content: { text, silent: false } };
}

/** A ledger that a test can take away, and that dies like a process: what it is asked then is never answered. */
export class Frail {
  readonly ledger: ChatLedger;
  #isDead = false;
  #failing: { readonly names: readonly string[]; readonly error: Error } | undefined;
  #fatal: keyof ChatLedger | undefined;
  readonly #watch = new Watch(() => '');

  constructor(real: ChatLedger) {
    this.ledger = new Proxy(real, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: readonly unknown[]) =>
          this.#call(String(name), () => Reflect.apply(method, target, given) as Promise<unknown>);
      },
    });
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** These methods reject from now on; none: all work again. */
  fail(error: Error | undefined, ...names: readonly (keyof ChatLedger)[]): void {
    this.#failing = error && { error, names };
  }

  /** From now on nothing is answered. */
  die(): void {
    this.#isDead = true;
    this.#watch.notify();
  }

  /** Dies when it is asked for this, without doing it; resolves then. */
  async dieAt(name: keyof ChatLedger): Promise<void> {
    this.#fatal = name;
    await this.#watch.until(() => this.#isDead, `death at ${name}`);
  }

  async #call(name: string, work: () => Promise<unknown>): Promise<unknown> {
    if (name === this.#fatal) this.die();
    if (this.#isDead) return new Promise(() => {});
    if (this.#failing?.names.some((one) => one === name)) throw this.#failing.error;
    const result = await work();
    return this.isDead ? new Promise(() => {}) : result;
  }
}
