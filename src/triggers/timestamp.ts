/** Decides what a sender's time is, by the way it is written. */
import type { TimeUnit } from './schemes.ts';

// Digits only: `Number` would also take spaces, signs, exponents and hexadecimal.
const shapes = {
  s: /^\d{1,12}$/,
  ms: /^\d{1,15}$/,
  iso: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/,
} as const satisfies Record<TimeUnit, RegExp>;

/** How each is called in a reason. */
export const unitText = {
  s: 'seconds since 1970',
  ms: 'milliseconds since 1970',
  iso: 'a date and time (RFC 3339)',
} as const satisfies Record<TimeUnit, string>;

/** Epoch ms; undefined for what is no time in this unit. */
export function readTime(text: string, unit: TimeUnit): number | undefined {
  if (!shapes[unit].test(text)) return undefined;
  const at = unit === 'iso' ? Date.parse(text) : Number(text) * (unit === 's' ? 1_000 : 1);
  return Number.isNaN(at) ? undefined : at;
}

/** Epoch ms as the sender would write them. */
export function writeTime(at: number, unit: TimeUnit): string {
  if (unit === 'iso') return new Date(at).toISOString();
  return String(unit === 's' ? Math.floor(at / 1_000) : at);
}
