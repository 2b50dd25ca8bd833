/** Decides what is known of a bot's state, and who is told when it changes. */
import type { Log } from '../core/log.ts';
import type { BotState } from './setback.ts';

/** Is called with the new state and a sentence about it (empty when there is nothing to say), on changes only. */
export type OnState = (state: BotState, detail: string) => void;

/** A bot's state, from `connecting` on. */
export class Health {
  readonly #bot: string;
  readonly #log: Log;
  readonly #onState: OnState;
  #state: BotState = 'connecting';
  #detail = '';

  constructor(deps: { readonly bot: string; readonly log: Log; readonly onState: OnState }) {
    this.#bot = deps.bot;
    this.#log = deps.log;
    this.#onState = deps.onState;
  }

  get state(): BotState {
    return this.#state;
  }

  get detail(): string {
    return this.#detail;
  }

  /** The state is this now; nothing comes after `stopped`. */
  set(state: BotState, detail: string): void {
    if (this.#state === 'stopped' || (state === this.#state && detail === this.#detail)) return;
    this.#state = state;
    this.#detail = detail;
    const isWell = state === 'polling' || state === 'stopped';
    this.#log[isWell ? 'info' : 'warn']('the state of a telegram bot changed', {
      bot: this.#bot,
      state,
      detail,
    });
    this.#onState(state, detail);
  }
}
