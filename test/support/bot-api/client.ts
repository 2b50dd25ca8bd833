/** Decides how a test calls the double by hand, without a library in between. */
import type { BotApi } from './api.ts';
import type { Entity, WireChat } from './wire.ts';

/** What an answer holds; `result` has the fields of a Message only where one was asked for. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly result: GivenMessage;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number };
}

export interface GivenMessage {
  readonly message_id: number;
  readonly chat: WireChat;
  readonly text: string;
  readonly entities: readonly Entity[];
  readonly document: { readonly file_id: string };
}

export interface GivenUpdate {
  readonly update_id: number;
  readonly message: GivenMessage;
  readonly callback_query: { readonly id: string; readonly data: string; readonly message: GivenMessage };
}

export class Client {
  readonly #api: BotApi;

  constructor(api: BotApi) {
    this.#api = api;
  }

  async call(method: string, params: object = {}, token = this.#api.token): Promise<Answer> {
    const response = await fetch(`${this.#api.root}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    });
    return { ...((await response.json()) as Answer), status: response.status };
  }

  send(chat_id: number | string, text: string, more: object = {}): Promise<Answer> {
    return this.call('sendMessage', { chat_id, text, ...more });
  }

  async updates(params: object = {}): Promise<readonly GivenUpdate[]> {
    const { result } = await this.call('getUpdates', params);
    return result as unknown as readonly GivenUpdate[];
  }

  /** The texts of the messages among the updates. */
  async heard(params: object = {}): Promise<readonly string[]> {
    return (await this.updates(params)).map(({ message }) => message.text);
  }
}

/** The whole answer that a refusal is. */
export function refusal(status: number, description: string, more: object = {}): object {
  return { ok: false, status, error_code: status, description, ...more };
}

export function bad(reason: string): object {
  return refusal(400, `Bad Request: ${reason}`);
}
