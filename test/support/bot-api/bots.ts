/** Decides which accounts there are and which token speaks for which of them. */
import { createHash } from 'node:crypto';
import { Inbox } from './inbox.ts';
import { unauthorized } from './refusal.ts';
import type { BotCommand, WireUser } from './wire.ts';

export interface BotSpec {
  /** `<account id>:<35 characters>`. */
  readonly token: string;
  /** What stands before the colon, unless given. */
  readonly id?: number;
  readonly username?: string;
}

/** An account: what stays the same when its token changes. */
export class Bot {
  readonly user: WireUser;
  readonly inbox: Inbox;
  /** Menus by `scope` or `scope/language`. */
  readonly commands = new Map<string, readonly BotCommand[]>();
  /** Callback queries that can still be answered. */
  readonly callbacks = new Set<string>();
  /** Empty: updates are polled for. */
  webhookUrl = '';

  constructor(user: WireUser, changed: () => void) {
    this.user = user;
    this.inbox = new Inbox(changed);
  }
}

export class Bots {
  readonly #byToken = new Map<string, Bot>();
  readonly #known = new Map<string, Bot>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  add({ token, id = Number(token.split(':')[0]), username = `untether_${id}_bot` }: BotSpec): void {
    const known = [...this.#known.values()].find(({ user }) => user.id === id);
    const user: WireUser = { id, is_bot: true, first_name: `Untether ${id}`, username };
    this.#enter(token, known ?? new Bot(user, this.#changed));
  }

  /** The account of a token that is good now. */
  authorize(token: string): Bot {
    const bot = this.#byToken.get(token);
    if (bot === undefined) throw unauthorized();
    return bot;
  }

  /** The account of a token that was good at some time. */
  account(token: string): Bot {
    const bot = this.#known.get(token);
    if (bot === undefined) throw new Error(`no bot has or had the token ${token}`);
    return bot;
  }

  isOurs(userId: number): boolean {
    return this.#known.values().some(({ user }) => user.id === userId);
  }

  /** The token is refused from now on, and so is the poll that waits with it. */
  revoke(token: string): void {
    const bot = this.account(token);
    this.#byToken.delete(token);
    bot.inbox.end(unauthorized());
  }

  /** As BotFather does it: the old token is revoked, the account gets another. */
  rotate(oldToken: string): string {
    const bot = this.account(oldToken);
    this.revoke(oldToken);
    const secret = createHash('sha256').update(oldToken).digest('base64url').slice(0, 32);
    const token = `${bot.user.id}:AAF${secret}`;
    this.#enter(token, bot);
    return token;
  }

  /** Tokens whose poll waits now. */
  polled(): readonly string[] {
    return [...this.#byToken].filter(([, { inbox }]) => inbox.isPolled).map(([token]) => token);
  }

  /** Ends every poll that waits. */
  dismiss(): void {
    for (const bot of this.#known.values()) bot.inbox.end(unauthorized());
  }

  #enter(token: string, bot: Bot): void {
    this.#byToken.set(token, bot);
    this.#known.set(token, bot);
  }
}
