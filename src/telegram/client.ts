/** Decides how Telegram is called: the one file that knows grammY. What fails is an answer here, never thrown. */
import { Api, InputFile } from 'grammy';
import type { Update } from 'grammy/types';
import type { MenuEntry } from '../chat/menu.ts';
import { TOAST_LIMIT } from '../chat/render/limits.ts';
import type { BotSettings } from '../core/chat-settings.ts';
import type { Clock } from '../core/clock.ts';
import type { Destination, MessageContent } from '../core/message.ts';
import type { Answered, Failure } from './failure.ts';
import { failureOf } from './failure.ts';
import { NO_PREVIEW, captionOf, entitiesOf, fileNameOf, frameOf, keyboardOf } from './payload.ts';
import { transport } from './transport.ts';
import type { Arrived, Request } from './transport.ts';

/** What a poll asks for. */
export interface PollRequest {
  /** Updates from this id on; all before it are forgotten by Telegram. Undefined: whatever it has. */
  readonly offset: number | undefined;
  /** How long Telegram waits for something to happen, in seconds; 0: not at all. */
  readonly waitSeconds: number;
  /** 1 to 100, as many as there are unless given. */
  readonly limit?: number;
}

const CALL_MS = 30_000;
const GET_ME_MS = 10_000;
const UPLOAD_MS = 120_000;
/** The longest that a poll may stay unanswered, its 50 s of waiting included. */
const POLL_MS = 90_000;

/** Half of the second that a `Date` header leaves open. */
const HALF_A_SECOND_MS = 500;

/** grammY's own deadline, in seconds, out of the way of ours. */
const NEVER_S = 86_400;

/** The calls that the program makes, with one token to one server. */
export class TelegramClient {
  readonly #api: Api;
  readonly #clock: Clock;
  #aheadMs: number | undefined;

  constructor({ token, apiRoot }: Pick<BotSettings, 'token' | 'apiRoot'>, clock: Clock) {
    this.#clock = clock;
    this.#api = new Api(token.reveal(), {
      apiRoot,
      timeoutSeconds: NEVER_S,
      fetch: async (url: string, request: Request) => {
        const arrived = await transport(url, request);
        this.#note(arrived);
        return arrived;
      },
    });
  }

  /** How far this machine's clock was ahead of the server's at its last answer, ms; undefined: that did not say. */
  get aheadMs(): number | undefined {
    return this.#aheadMs;
  }

  /** The bot's own user name, without `@`; commands in groups may carry it. */
  getMe(signal?: AbortSignal): Promise<Answered<{ readonly username: string }>> {
    return this.#ask(GET_ME_MS, signal, async (cut) => ({
      username: (await this.#api.getMe(cut)).username,
    }));
  }

  /** Where Telegram sends the messages instead of keeping them for a poll; empty: nowhere. */
  getWebhookInfo(signal?: AbortSignal): Promise<Answered<{ readonly url: string }>> {
    return this.#ask(CALL_MS, signal, async (cut) => ({
      url: (await this.#api.getWebhookInfo(cut)).url ?? '',
    }));
  }

  /** What the chat is called, and whether it is a person's, a group or a channel. */
  getChat(
    chat: number,
    signal?: AbortSignal,
  ): Promise<Answered<{ readonly title: string; readonly kind: string }>> {
    return this.#ask(CALL_MS, signal, async (cut) => {
      const { title, first_name: person = '', type } = await this.#api.getChat(chat, cut);
      return { title: title ?? person, kind: type };
    });
  }

  /** Messages and presses that came in. */
  getUpdates(request: PollRequest, signal?: AbortSignal): Promise<Answered<readonly Update[]>> {
    const { offset, waitSeconds, limit } = request;
    return this.#ask(POLL_MS, signal, (cut) =>
      this.#api.getUpdates(
        {
          ...(offset === undefined ? {} : { offset }),
          ...(limit === undefined ? {} : { limit }),
          timeout: waitSeconds,
          allowed_updates: ['message', 'callback_query'],
        },
        cut,
      ),
    );
  }

  /** Sends a new message; answers with its id. */
  sendMessage(to: Destination, content: MessageContent, signal?: AbortSignal): Promise<Answered<number>> {
    return this.#ask(CALL_MS, signal, async (cut) => {
      const sent = await this.#api.sendMessage(
        to.chat,
        content.text,
        { entities: entitiesOf(content), link_preview_options: NO_PREVIEW, ...frameOf(to, content) },
        cut,
      );
      return sent.message_id;
    });
  }

  /** Sends the content's document, with its text as caption; answers with the message's id. */
  sendDocument(to: Destination, content: MessageContent, signal?: AbortSignal): Promise<Answered<number>> {
    const { name, text } = content.document ?? { name: '', text: '' };
    return this.#ask(UPLOAD_MS, signal, async (cut) => {
      // Telegram takes no file without content.
      const file = new InputFile(new TextEncoder().encode(text === '' ? '\n' : text), fileNameOf(name));
      const other = { ...captionOf(content), ...frameOf(to, content) };
      return (await this.#api.sendDocument(to.chat, file, other, cut)).message_id;
    });
  }

  /** Replaces text and buttons of the message `messageId`; answers with that id. */
  editMessageText(
    to: Destination & { readonly messageId: number },
    content: MessageContent,
    signal?: AbortSignal,
  ): Promise<Answered<number>> {
    const { chat, messageId } = to;
    return this.#ask(CALL_MS, signal, async (cut) => {
      const other = {
        entities: entitiesOf(content),
        link_preview_options: NO_PREVIEW,
        ...keyboardOf(content),
      };
      await this.#api.editMessageText(chat, messageId, content.text, other, cut);
      return messageId;
    });
  }

  /** Ends the wait of whoever pressed a button, with words where there are any. */
  answerPress(id: string, toast: string | undefined, signal?: AbortSignal): Promise<Answered<true>> {
    const other = toast === undefined ? {} : { text: toast.slice(0, TOAST_LIMIT) };
    return this.#ask(CALL_MS, signal, (cut) => this.#api.answerCallbackQuery(id, other, cut));
  }

  /** What is offered to whoever types a slash. */
  setMenu(entries: readonly MenuEntry[], signal?: AbortSignal): Promise<Answered<true>> {
    return this.#ask(CALL_MS, signal, (cut) => this.#api.setMyCommands(entries, {}, cut));
  }

  #note({ sentAt }: Pick<Arrived, 'sentAt'>): void {
    this.#aheadMs = sentAt === undefined ? undefined : this.#clock.now() - (sentAt + HALF_A_SECOND_MS);
  }

  async #ask<T>(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    call: (cut: GrammySignal) => Promise<T>,
  ): Promise<Answered<T>> {
    const controller = new AbortController();
    let cutBy: Failure | undefined;
    const cut = (failure: Failure): void => {
      cutBy ??= failure;
      controller.abort();
    };
    const abort = (): void => {
      cut({ kind: 'aborted', reason: 'given up' });
    };
    const cancel = this.#clock.after(timeoutMs, () => {
      cut({ kind: 'timeout', reason: `no answer within ${timeoutMs / 1_000} s` });
    });
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort);
    try {
      return { ok: true, value: await call(controller.signal as unknown as GrammySignal) };
    } catch (error) {
      return { ok: false, failure: cutBy ?? failureOf(error) };
    } finally {
      cancel();
      signal?.removeEventListener('abort', abort);
    }
  }
}

/** grammY types its signals by a stand-in for those of Node, and takes either. */
type GrammySignal = NonNullable<Parameters<Api['getMe']>[0]>;
