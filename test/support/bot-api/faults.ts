/** Decides which request goes wrong, when and how: what a test has ordered, in the order of ordering. */
import { gatewayPage, failure } from './reply.ts';
import type { Reply } from './reply.ts';
import { Refusal, tooManyWording } from './refusal.ts';
import type { Raw } from './wire.ts';

/** `drop`: the connection breaks. `hang`: there is never an answer. Else an answer in place of the real one. */
export type FaultKind = 'drop' | 'hang' | FaultAnswer;

export interface FaultAnswer {
  readonly status: number;
  /** Telegram's own wording unless given. */
  readonly description?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** `html` is a gateway's page; `json` (the default) Telegram's error. */
  readonly body?: 'json' | 'html';
}

export interface Fault {
  readonly method?: string;
  readonly chat?: number | string;
  readonly token?: string;
  /** 1 unless given. */
  readonly times?: number;
  /** `before` (the default): nothing else happens. `after`: what was asked for happens, only the answer suffers. */
  readonly when?: 'before' | 'after';
  readonly kind: FaultKind;
}

export interface Suspect {
  readonly method: string;
  readonly token: string;
  readonly params: Raw;
}

export class Faults {
  #ordered: { readonly fault: Fault; left: number }[] = [];

  order(fault: Fault): void {
    this.#ordered.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#ordered = [];
  }

  /** The first fault ordered for this request; it counts as one time. */
  take(when: 'before' | 'after', suspect: Suspect): FaultKind | undefined {
    const order = this.#ordered.find(
      ({ fault }) => (fault.when ?? 'before') === when && concerns(fault, suspect),
    );
    if (order === undefined) return undefined;
    order.left -= 1;
    if (order.left <= 0) this.#ordered = this.#ordered.filter((other) => other !== order);
    return order.fault.kind;
  }
}

export function faultReply(kind: FaultKind): Reply {
  if (kind === 'drop' || kind === 'hang') return { kind };
  const { status, retryAfter } = kind;
  const description = kind.description ?? wording(status, retryAfter);
  if (kind.body === 'html') return gatewayPage(status, description);
  return failure(
    new Refusal(status, description, retryAfter === undefined ? undefined : { retry_after: retryAfter }),
  );
}

function concerns({ method, chat, token }: Fault, suspect: Suspect): boolean {
  return (
    (method === undefined || method.toLowerCase() === suspect.method.toLowerCase()) &&
    (token === undefined || token === suspect.token) &&
    (chat === undefined || String(chat) === String(suspect.params['chat_id']))
  );
}

const WORDING: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

function wording(status: number, retryAfter: number | undefined): string {
  if (status === 429 && retryAfter !== undefined) return tooManyWording(retryAfter);
  return WORDING[status] ?? `Error ${status}`;
}
