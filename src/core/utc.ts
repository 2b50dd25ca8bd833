/** Decides how a moment is written in reasons that name no zone. */

/** `2026-11-22 02:00:00`, in UTC; `at` is epoch ms. */
export function utc(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
