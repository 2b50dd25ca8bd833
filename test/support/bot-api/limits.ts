/** Decides when a bot sends too much: Telegram's three limits, each off until a test sets it, by the real clock. */
import { tooMany } from './refusal.ts';

export interface Limits {
  readonly perChatPerSecond?: number;
  /** Chats with a negative id only. */
  readonly perGroupPerMinute?: number;
  readonly overallPerSecond?: number;
  /** Whether edits count like new messages; they do not unless this is true. */
  readonly countEdits?: boolean;
}

interface Window {
  readonly key: string;
  readonly most: number | undefined;
  readonly lengthMs: number;
}

/** A little less than it says, so that a sender that keeps exactly to the limit is not refused for a late packet. */
const SECOND_MS = 900;
const MINUTE_MS = 59_900;

/** Counts what was let through; what was refused does not count. */
export class Meter {
  limits: Limits = {};
  readonly #sentAt = new Map<string, number[]>();
  readonly #now: () => number;

  /** `now` answers ms on a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws the 429 when this message is one too many. */
  admit(botId: number, chatId: number, what: 'message' | 'edit'): void {
    if (what === 'edit' && this.limits.countEdits !== true) return;
    const now = this.#now();
    const windows = this.#windows(botId, chatId).filter(({ most }) => most !== undefined);
    for (const window of windows) this.#refuseBeyond(window, now);
    for (const { key } of windows) this.#sentAt.get(key)?.push(now);
  }

  #windows(botId: number, chatId: number): readonly Window[] {
    const { perChatPerSecond, perGroupPerMinute, overallPerSecond } = this.limits;
    return [
      { key: `${botId} ${chatId} second`, most: perChatPerSecond, lengthMs: SECOND_MS },
      {
        key: `${botId} ${chatId} minute`,
        most: chatId < 0 ? perGroupPerMinute : undefined,
        lengthMs: MINUTE_MS,
      },
      { key: `${botId}`, most: overallPerSecond, lengthMs: SECOND_MS },
    ];
  }

  #refuseBeyond({ key, most = Infinity, lengthMs }: Window, now: number): void {
    const recent = (this.#sentAt.get(key) ?? []).filter((at) => at > now - lengthMs);
    this.#sentAt.set(key, recent);
    const oldest = recent.at(-most);
    if (recent.length >= most && oldest !== undefined)
      throw tooMany(Math.max(1, Math.ceil((oldest + lengthMs - now) / 1000)));
  }
}
