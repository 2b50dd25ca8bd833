/** Decides what is to be known before a first configuration can be written. */

/** The bot, and whose it is. */
export interface BotAnswer {
  readonly token: string;
  /** Its name on Telegram, without `@`. */
  readonly username: string;
  /** Undefined: Telegram's own. */
  readonly apiRoot?: string;
  /** Where messages go that belong to no other chat. */
  readonly chat?: number;
  /** Who may do everything. */
  readonly user?: number;
}

/** The id of the first cron, from which `H` in its schedule is hashed. */
export const FIRST_CRON = 'first';

/** When the first cron fires. */
export type WhenAnswer =
  | { readonly kind: 'schedule'; readonly expression: string; readonly zone: string }
  | { readonly kind: 'every'; readonly every: string };

/** What the first cron does. */
export type WorkAnswer =
  | { readonly kind: 'prompt'; readonly prompt: string; readonly engine: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** A line for `/bin/sh`. */
  | { readonly kind: 'shell'; readonly line: string };

/** The first cron. */
export interface CronAnswer {
  readonly work: WorkAnswer;
  readonly when: WhenAnswer;
  /** The schedule in words. */
  readonly words: string;
}

/** Everything; what is left out stays as the example has it. */
export interface Answers {
  readonly bot?: BotAnswer;
  readonly cron?: CronAnswer;
}
