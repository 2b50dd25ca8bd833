/** Decides what is known of Telegram's accounts and of its server without asking: by their form, and by their ids. */

/** Where the Bot API is unless somebody has a server of their own. */
export const TELEGRAM_ROOT = 'https://api.telegram.org';

/** The address without a slash at the end: paths are put behind it. */
export function bareRoot(apiRoot: string): string {
  return apiRoot.replace(/\/+$/, '');
}

/** As @BotFather writes it: the id of the account, a colon, and the secret. */
const TOKEN = /^(\d+):[A-Za-z0-9_-]+$/;

/** The id of the account that the token belongs to; undefined: it is no token. */
export function accountOf(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}

/**
 * Accounts that are nobody's: Telegram itself (777000), anonymous admins of groups (1087968824) and posts of channels
 * (136817688). Whoever speaks as one of them cannot be told apart from the others.
 */
const SERVICE_ACCOUNTS: readonly number[] = [777_000, 1_087_968_824, 136_817_688];

/** True for an account behind which anybody may be. */
export function isServiceAccount(user: number): boolean {
  return SERVICE_ACCOUNTS.includes(user);
}
