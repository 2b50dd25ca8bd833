/** Decides how long the last update of a bot says anything about the ids of those that follow. */

const DAY_MS = 86_400_000;

/**
 * Telegram keeps updates for a day, and goes on with an id chosen at random after a week without any (Bot API, Update):
 * in between nothing old can come again, and nothing new has a lower id.
 */
export const UPDATE_MEMORY_MS = 6 * DAY_MS;

/** An update that was recorded at this moment (epoch ms) or before says nothing at `now`. */
export function staleUntil(now: number): number {
  return now - UPDATE_MEMORY_MS;
}
