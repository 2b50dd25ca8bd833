/** Decides how a test chats with the real program: a bot of the double, people with roles, and an agent that echoes. */
import { connect } from '../../../src/cli/client.ts';
import type { RemoteControl } from '../../../src/cli/client.ts';
import { BotApi } from '../../support/bot-api/api.ts';
import type { Pressed } from '../../support/bot-api/people.ts';
import type { SeenButton, SeenMessage } from '../../support/bot-api/views.ts';
import { Sandbox, eventually } from '../../support/untether.ts';
import type { Service } from '../../support/untether.ts';

/** May ask agents. */
export const USER = 4711;
/** May also steer. */
export const OPERATOR = 4712;
/** May also reload; the default chat is theirs. */
export const ADMIN = 4713;
/** Is nobody here. */
export const STRANGER = 666;

/** More who may ask agents, each with a chat and a pace of their own: tests that share a service use one each. */
export const USERS = Array.from({ length: 60 }, (_, index) => 5001 + index);

/** More who may also steer. */
export const OPERATORS = Array.from({ length: 60 }, (_, index) => 6001 + index);

/** Who may do what; the ids above, unless given. */
export interface Roles {
  readonly users?: readonly number[];
  readonly operators?: readonly number[];
}

/** A configuration with the bot, its people, and the engine `echo`, which says its prompt back. */
export function chatToml(
  api: Pick<BotApi, 'token' | 'root'>,
  more = '',
  { users = [USER], operators = [OPERATOR] }: Roles = {},
): string {
  return `default_engine = "echo"
default_timezone = "UTC"

[triggers.server]
port = 0

[engines.echo]
command = ["cat"]

[reload]
notify = "off"

[transports.telegram]
bot_token = "${api.token}"
api_root = "${api.root}"
chat_id = ${ADMIN}
allowed_user_ids = [${users.join(', ')}]
operators = [${operators.join(', ')}]
admins = [${ADMIN}]

${more}`;
}

/** A double of Telegram, and a folder for the program with a configuration that names it. */
export interface Stage extends AsyncDisposable {
  readonly api: BotApi;
  readonly sandbox: Sandbox;
  /** The control port of whatever service runs there. */
  readonly control: RemoteControl;
}

/** One on which a service runs. */
export interface LiveStage extends Stage {
  readonly service: Service;
}

/** Where nothing is started yet. */
export async function setStage(tomlOf: (api: BotApi) => string = (api) => chatToml(api)): Promise<Stage> {
  await using undo = new AsyncDisposableStack();
  const api = undo.use(await BotApi.start());
  const sandbox = undo.use(await Sandbox.make(tomlOf(api)));
  const control = connect(() => sandbox.path('.untether'));
  const kept = undo.move();
  return { api, sandbox, control, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Where the service is ready. */
export async function liveStage(tomlOf?: (api: BotApi) => string): Promise<LiveStage> {
  await using undo = new AsyncDisposableStack();
  const stage = undo.use(await setStage(tomlOf));
  const service = await stage.sandbox.start();
  const kept = undo.move();
  return { ...stage, service, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Resolves when nothing runs and nothing is still to be said. */
export function atRest(control: RemoteControl): Promise<void> {
  return eventually('it is at rest', async () => {
    const { queue, outbox } = await control.status();
    return queue.queued + queue.running + outbox.waiting === 0;
  });
}

/** How many texts read like `pattern`. */
export function count(texts: readonly string[], pattern: RegExp): number {
  return texts.filter((text) => pattern.test(text)).length;
}

/** Reads like the answer of an agent that somebody asked: its footer stands below an empty line. */
export const ANSWERED = /\n\n[^\n]+ · 👤 manual$/;

/** Anything but the announcement of an answer that takes longer than a glance. */
const SAID = /^(?!♻️ Reloading|⏪ Putting)/;

/** What became of a button that was pressed. */
export interface Answered extends Pressed {
  /** Shown beside the button; empty: the press was only confirmed. */
  readonly toast: string;
}

/** Where a person talks with the bot. */
export interface Place {
  /** The private chat, unless given. */
  readonly chat?: number;
  readonly thread?: number;
}

/** Somebody in a chat. */
export class Talker {
  readonly chat: number;
  readonly #api: BotApi;
  readonly #from: number;
  readonly #thread: number | undefined;

  constructor(api: BotApi, from: number, { chat = from, thread }: Place = {}) {
    this.#api = api;
    this.#from = from;
    this.chat = chat;
    this.#thread = thread;
  }

  /** Says it and answers with its message id. */
  say(text: string, replyTo?: number): number {
    const thread = this.#thread;
    const { messageId } = this.#api.say({
      ...{ from: this.#from, chat: this.chat, text },
      ...(thread !== undefined && { thread }),
      ...(replyTo !== undefined && { replyTo }),
    });
    return messageId;
  }

  /** Says it and resolves with what the bot says after that, once it reads like `pattern`. */
  ask(text: string, pattern = SAID, replyTo?: number): Promise<SeenMessage> {
    return this.after(this.say(text, replyTo), pattern);
  }

  /** Asks an agent and resolves with its answer, which ends with a footer. */
  agent(text: string, replyTo?: number): Promise<SeenMessage> {
    return this.ask(text, ANSWERED, replyTo);
  }

  /** The bot's first message behind `messageId` that reads like `pattern`. */
  after(messageId: number, pattern = SAID): Promise<SeenMessage> {
    const isIt = ({ id, from, text, document }: SeenMessage): boolean =>
      id > messageId && from === 'bot' && pattern.test(document === undefined ? text : document.text);
    const what = (): string => `${String(pattern)} behind ${messageId}: ${JSON.stringify(this.texts())}`;
    return this.#api.until(() => this.messages().find(isIt), what);
  }

  /** Presses a button and resolves when that is answered. */
  async press(message: SeenMessage, label: string | RegExp): Promise<Answered> {
    const { data } = buttonOf(message, label);
    const pressed = this.#api.press({ from: this.#from, chat: this.chat, message, data: data ?? '' });
    const answer = await this.#api.until(
      () => this.#api.answers.find(({ callbackId }) => callbackId === pressed.callbackId),
      `an answer to the button ${String(label)}`,
    );
    return { ...pressed, toast: answer.text };
  }

  /** Presses a button and resolves with the message that answers it. */
  async pressFor(message: SeenMessage, label: string | RegExp, pattern = /[^]/): Promise<SeenMessage> {
    const newest = Math.max(...this.messages().map(({ id }) => id));
    await this.press(message, label);
    return this.after(newest, pattern);
  }

  /** The message as it is once it reads like `pattern`. */
  becomes({ id }: Pick<SeenMessage, 'id'>, pattern: RegExp): Promise<SeenMessage> {
    const isIt = (message: SeenMessage): boolean => message.id === id && pattern.test(message.text);
    const what = (): string => `message ${id} becomes ${String(pattern)}: ${JSON.stringify(this.texts())}`;
    return this.#api.until(() => this.messages().find(isIt), what);
  }

  messages(): readonly SeenMessage[] {
    return this.#api.messages(this.chat);
  }

  /** What the bot says here now. */
  texts(): readonly string[] {
    return this.#api.texts(this.chat);
  }
}

/** The button of that label. */
export function buttonOf(message: SeenMessage, label: string | RegExp): SeenButton {
  const isIt = ({ text }: SeenButton): boolean =>
    typeof label === 'string' ? text === label : label.test(text);
  const found = message.buttons.flat().find(isIt);
  if (found === undefined)
    throw new Error(
      `no button ${String(label)} under ${JSON.stringify(message.text)}: ${labels(message).join(', ')}`,
    );
  return found;
}

/** The labels of all buttons. */
export function labels(message: SeenMessage): readonly string[] {
  return message.buttons.flat().map(({ text }) => text);
}

/** The short id that a message names: `id 5c1d07a2b3c4`, `run 5c1d07a2b3c4`. */
export function idIn({ text }: Pick<SeenMessage, 'text'>): string {
  const id = /\b[0-9a-f]{12}\b/.exec(text)?.[0];
  if (id === undefined) throw new Error(`no id in ${JSON.stringify(text)}`);
  return id;
}
