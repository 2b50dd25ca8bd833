/** Decides whether a token is good, and what is said about one that is not. */
import type { Clock } from '../../core/clock.ts';
import { Secret } from '../../core/secret.ts';
import { accountOf } from '../../core/telegram-account.ts';
import type { TelegramClient } from '../../telegram/client.ts';
import { conflictDetail } from '../../telegram/conflict.ts';
import type { Failure } from '../../telegram/failure.ts';

/** A token and the server that knows it. */
export interface Credentials {
  readonly token: string;
  readonly apiRoot: string;
}

/** A bot that answers, or a sentence that says why not. */
export type Introduced =
  | { readonly ok: true; readonly username: string; readonly client: TelegramClient }
  | { readonly ok: false; readonly code: 'conflict' | 'unavailable'; readonly message: string };

/** What is wrong with a token before anybody is asked; undefined: nothing. */
export function tokenProblem(token: string): string | undefined {
  return accountOf(token) !== undefined
    ? undefined
    : 'a token has digits, a colon and letters, as in 123456:ABC-DEF: copy the whole of it from @BotFather';
}

/** Asks the server who the bot is. */
export async function introduce({ token, apiRoot }: Credentials, clock: Clock): Promise<Introduced> {
  const problem = tokenProblem(token);
  if (problem !== undefined) return { ok: false, code: 'conflict', message: problem };
  // Loaded here: most of this command's calls speak to no bot.
  const { TelegramClient: Client } = await import('../../telegram/client.ts');
  const client = new Client({ token: new Secret(token), apiRoot }, clock);
  const me = await client.getMe();
  if (me.ok) return { ok: true, username: me.value.username, client };
  return { ok: false, ...refusal(me.failure, apiRoot) };
}

/** What a failure comes to for the person who set the bot up. */
export function refusal(
  failure: Failure,
  apiRoot: string,
): { readonly code: 'conflict' | 'unavailable'; readonly message: string } {
  switch (failure.kind) {
    case 'unauthorized':
      return {
        code: 'conflict',
        message: `Telegram refuses this token (${failure.reason}): copy the current one from @BotFather`,
      };
    case 'conflict':
      return {
        code: 'conflict',
        message: `${conflictDetail(failure.with, apiRoot)}; or name --chat and --user`,
      };
    default:
      return { code: 'unavailable', message: `${apiRoot} does not answer as it should: ${failure.reason}` };
  }
}
