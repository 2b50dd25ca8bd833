/** Decides what a method of the Bot API is to the double: one request in, a result or a `Refusal` out. */
import type { Bot } from '../bots.ts';
import type { Raw } from '../wire.ts';
import type { World } from '../world.ts';

export interface Request {
  readonly world: World;
  readonly bot: Bot;
  readonly params: Raw;
  /** Aborted when the client hangs up. */
  readonly closed: AbortSignal;
}

export type Method = (request: Request) => unknown;

/** Epoch seconds, as Telegram dates things. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
