/**
 * Decides who set the bot up: whoever writes to it now.
 *
 * Nothing is confirmed to Telegram, so that the service gets the same messages once more. That makes them come back at
 * once with every poll: there is a pause in between.
 */
import type { Clock } from '../../core/clock.ts';
import { pause } from '../../core/clock.ts';
import { incomingOf } from '../../telegram/incoming.ts';
import type { PollRequest, TelegramClient } from '../../telegram/client.ts';
import type { Failure } from '../../telegram/failure.ts';
import { visible } from '../terminal-text.ts';

/** Somebody who wrote to the bot. */
export interface Writer {
  readonly chat: number;
  readonly user: number;
  /** `Ada (@ada, user id 42) wrote "hello" in a private chat`. */
  readonly words: string;
}

/** Whom to wait for, and how long. */
export interface Waiting {
  readonly clock: Clock;
  /** Only in this chat, only this user; undefined: anybody. */
  readonly known: { readonly chat: number | undefined; readonly user: number | undefined };
  /** The name of the bot, by which commands may call it. */
  readonly username: string;
  readonly patienceMs: number;
  /** Asked once about each person in each chat. */
  readonly isIt: (writer: Writer) => Promise<boolean>;
}

/** Who it is, or why that is not known; `nobody`: time is up. */
export type Found =
  | { readonly kind: 'writer'; readonly writer: Writer }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'failed'; readonly failure: Failure };

const POLL_S = 25;
const BETWEEN_POLLS_MS = 1_000;

/** Waits for a message. The newest one is taken first. */
export async function findWriter(client: TelegramClient, waiting: Waiting): Promise<Found> {
  const { clock, patienceMs } = waiting;
  const over = new AbortController();
  const cancel = clock.after(patienceMs, () => {
    over.abort();
  });
  try {
    return await poll(client, waiting, over.signal);
  } finally {
    cancel();
  }
}

async function poll(client: TelegramClient, waiting: Waiting, over: AbortSignal): Promise<Found> {
  const refused = new Set<string>();
  while (!over.aborted) {
    const request: PollRequest = { offset: undefined, waitSeconds: POLL_S };
    const answer = await client.getUpdates(request, over);
    if (!answer.ok && isFinal(answer.failure)) return { kind: 'failed', failure: answer.failure };
    for (const writer of answer.ok ? writersIn(answer.value, waiting) : []) {
      const name = `${writer.chat} ${writer.user}`;
      if (refused.has(name)) continue;
      if (await waiting.isIt(writer)) return { kind: 'writer', writer };
      refused.add(name);
    }
    await pause(waiting.clock, BETWEEN_POLLS_MS, over);
  }
  return { kind: 'nobody' };
}

/** The network may come back; these stay. */
function isFinal({ kind }: Failure): boolean {
  return kind === 'unauthorized' || kind === 'conflict' || kind === 'refused';
}

type Answer = Awaited<ReturnType<TelegramClient['getUpdates']>>;
type Update = Extract<Answer, { readonly ok: true }>['value'][number];

function writersIn(updates: readonly Update[], { known, username, clock }: Waiting): readonly Writer[] {
  return updates.toReversed().flatMap((update) => {
    // By the service's own rule: nobody who speaks for a chat, no bot, none of Telegram's accounts.
    const said = incomingOf(update, { bot: 'default', account: '', username, now: clock.now() });
    if (said?.kind !== 'message' || said.from === undefined) return [];
    const isKnown = (known.chat ?? said.to.chat) === said.to.chat && (known.user ?? said.from) === said.from;
    return isKnown ? [{ chat: said.to.chat, user: said.from, words: wordsOf(update) }] : [];
  });
}

const SHOWN_LENGTH = 60;

function wordsOf({ message }: Update): string {
  const { from, chat } = message ?? {};
  const account = from?.username === undefined ? '' : `@${from.username}, `;
  const text = message?.text ?? message?.caption ?? '';
  const shown = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  const place =
    chat === undefined || chat.type === 'private'
      ? 'in a private chat'
      : `in ${chat.title} (chat id ${chat.id})`;
  return visible(
    `${from?.first_name ?? 'Somebody'} (${account}user id ${from?.id ?? 0}) wrote "${shown}" ${place}`,
  );
}
