/** Decides how Telegram says no: the status, the wording and the parameters of each refusal. */
import type { Raw } from './wire.ts';

/** Thrown by whatever cannot do what was asked; it becomes the answer `{"ok":false,…}`. */
export class Refusal extends Error {
  readonly status: number;
  readonly parameters: Raw | undefined;

  constructor(status: number, description: string, parameters?: Raw) {
    super(description);
    this.status = status;
    this.parameters = parameters;
  }
}

/** The client hung up before there was an answer. */
export class ClientGone extends Error {}

export function badRequest(reason: string): Refusal {
  return new Refusal(400, `Bad Request: ${reason}`);
}

export function cannotParse(reason: string): Refusal {
  return badRequest(`can't parse entities: ${reason}`);
}

export function forbidden(reason: string): Refusal {
  return new Refusal(403, `Forbidden: ${reason}`);
}

export function unauthorized(): Refusal {
  return new Refusal(401, 'Unauthorized');
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found');
}

export function conflict(reason: string): Refusal {
  return new Refusal(409, `Conflict: ${reason}`);
}

export function tooMany(retryAfterSeconds: number): Refusal {
  return new Refusal(429, tooManyWording(retryAfterSeconds), { retry_after: retryAfterSeconds });
}

export function tooManyWording(retryAfterSeconds: number): string {
  return `Too Many Requests: retry after ${retryAfterSeconds}`;
}
