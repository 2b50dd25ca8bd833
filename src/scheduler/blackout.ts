/** Decides whether an instant lies in a blackout, time in which a cron is not due, and when the blackout is over. */
import { DAY_MS } from './civil.ts';
import { stretchAt } from './zone-clock.ts';
import type { ZoneClock } from './zone-clock.ts';

/** One part of a blackout; its first instant is in it, its last is not. */
export type BlackoutWindow =
  /** Of every day, by what the wall shows, in ms since midnight; it goes on into the next day if it ends before it begins. */
  | { readonly kind: 'daily'; readonly text: string; readonly fromMs: number; readonly untilMs: number }
  /** Once, in epoch ms. */
  | { readonly kind: 'dated'; readonly text: string; readonly fromMs: number; readonly untilMs: number };

/** Windows, and the clock of the zone in which the daily ones are read. */
export interface Blackout {
  /** Not such that they cover the day, see `coversDay`. */
  readonly windows: readonly BlackoutWindow[];
  readonly clock: ZoneClock;
}

/** The first window that holds an instant; undefined: it is in none. Both passes of an overlap go by what the wall shows. */
export function windowAt({ windows, clock }: Blackout, atMs: number): BlackoutWindow | undefined {
  return windows.find((window) =>
    window.kind === 'dated'
      ? atMs >= window.fromMs && atMs < window.untilMs
      : leftOf(window, atMs + clock.offsetAt(atMs)) > 0,
  );
}

/** The first instant from `atMs` on that is in no window. */
export function endOfBlackout(blackout: Blackout, atMs: number): number {
  let end = atMs;
  for (;;) {
    const window = windowAt(blackout, end);
    if (window === undefined) return end;
    end = window.kind === 'dated' ? window.untilMs : nextLook(window, blackout.clock, end);
  }
}

/** Whether the daily windows leave no minute of the day. */
export function coversDay(windows: readonly BlackoutWindow[]): boolean {
  const spans = windows.filter(({ kind }) => kind === 'daily').flatMap(spansOf);
  const covered = spans
    .sort((a, b) => a.fromMs - b.fromMs)
    .reduce((endMs, { fromMs, untilMs }) => (fromMs <= endMs ? Math.max(endMs, untilMs) : endMs), 0);
  return covered >= DAY_MS;
}

/** Equal texts, equal windows, whatever was written. */
export function keyOf(windows: readonly BlackoutWindow[]): string {
  const keys = windows.map(({ kind, fromMs, untilMs }) => `${kind} ${fromMs}-${untilMs}`);
  return keys.sort().join(', ');
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

function spansOf({ fromMs, untilMs }: Span): readonly Span[] {
  if (fromMs < untilMs) return [{ fromMs, untilMs }];
  return [
    { fromMs, untilMs: DAY_MS },
    { fromMs: 0, untilMs },
  ];
}

/** How long the window goes on from `wallMs` as long as the clock does not change; 0 outside it. */
function leftOf({ fromMs, untilMs }: Span, wallMs: number): number {
  const since = modulo(wallMs - fromMs, DAY_MS);
  const length = modulo(untilMs - fromMs, DAY_MS);
  return Math.max(0, length - since);
}

/** When to look again: where the window ends, or before that where a clock change moves the wall, perhaps out of it. */
function nextLook(window: Span, clock: ZoneClock, atMs: number): number {
  const year = clock.yearAt(atMs);
  const index = year === undefined ? 0 : stretchAt(year, atMs);
  const endMs = atMs + leftOf(window, atMs + (year?.offsets[index] ?? 0));
  return Math.min(endMs, year?.starts[index + 1] ?? Infinity);
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
