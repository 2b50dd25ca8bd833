/**
 * Decides how fast messages go to one chat service: Telegram's limits, kept by the sender (Bots FAQ, "My bot is hitting
 * limits"): one a second for each chat, twenty a minute for each group, thirty a second overall. Edits count.
 *
 * Times are monotonic ms; nothing here reads a clock.
 */

const PER_CHAT_MS = 1_000;
const GROUP = { most: 20, lengthMs: 60_000 } as const;
const OVERALL = { most: 30, lengthMs: 1_000 } as const;
/** Of a group's and of all messages, what is kept from those that can be left out. */
const RESERVE = 5;

/** A limit on any stretch of `lengthMs`: a bucket would let twice as many through when it begins full. */
interface Span {
  readonly most: number;
  readonly lengthMs: number;
}

interface ChatPace {
  /** When it may get the next message. */
  readonly nextAt: number;
  /** Until when it gets nothing at all. */
  readonly heldUntil: number;
  /** Times of what a group got in the last minute, oldest first. */
  readonly times: readonly number[];
}

/** The pace of one bot's messages. Remembers a chat for about a minute. */
export class Pace {
  readonly #chats = new Map<number, ChatPace>();
  #overall: readonly number[] = [];
  #sweptAt = 0;

  /** Ms until the chat may get another message; 0: it may now. */
  waitMs(chat: number, now: number): number {
    return this.#wait(chat, { now, reserve: 0 });
  }

  /** The same for something that can be left out: some of what groups and all may get stays for others. */
  spareWaitMs(chat: number, now: number): number {
    return this.#wait(chat, { now, reserve: RESERVE });
  }

  /** Counts a message that is about to go out. */
  spend(chat: number, now: number): void {
    this.#sweep(now);
    const { times, ...pace } = this.#paceOf(chat, now);
    this.#chats.set(chat, {
      ...pace,
      nextAt: now + PER_CHAT_MS,
      times: isGroup(chat) ? [...recent(times, GROUP, now), now] : [],
    });
    this.#overall = [...recent(this.#overall, OVERALL, now), now];
  }

  /** It goes out now: the distance to the next one counts from here, however long the store took until now. */
  leave(chat: number, now: number): void {
    this.#chats.set(chat, { ...this.#paceOf(chat, now), nextAt: now + PER_CHAT_MS });
  }

  /** The chat gets nothing for `ms` more; a longer hold that is on stays. */
  hold(chat: number, ms: number, now: number): void {
    const pace = this.#paceOf(chat, now);
    this.#chats.set(chat, { ...pace, heldUntil: Math.max(pace.heldUntil, now + ms) });
  }

  #wait(chat: number, { now, reserve }: { readonly now: number; readonly reserve: number }): number {
    const { nextAt, heldUntil, times } = this.#paceOf(chat, now);
    return Math.max(
      0,
      heldUntil - now,
      nextAt - now,
      isGroup(chat) ? spanWait(times, { ...GROUP, most: GROUP.most - reserve }, now) : 0,
      spanWait(this.#overall, { ...OVERALL, most: OVERALL.most - reserve }, now),
    );
  }

  #paceOf(chat: number, now: number): ChatPace {
    return this.#chats.get(chat) ?? { nextAt: now, heldUntil: now, times: [] };
  }

  /** Once a minute forgets the chats that a minute has made as good as new. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < GROUP.lengthMs) return;
    this.#sweptAt = now;
    for (const [chat, { nextAt, heldUntil }] of this.#chats) {
      if (Math.max(nextAt, heldUntil) <= now - GROUP.lengthMs) this.#chats.delete(chat);
    }
  }
}

function isGroup(chat: number): boolean {
  return chat < 0;
}

function recent(times: readonly number[], { lengthMs }: Span, now: number): readonly number[] {
  return times.filter((at) => at > now - lengthMs);
}

/** Ms until one more keeps to the span. */
function spanWait(times: readonly number[], span: Span, now: number): number {
  const within = recent(times, span, now);
  const oldest = within.at(-span.most);
  return within.length < span.most || oldest === undefined ? 0 : oldest + span.lengthMs - now;
}
