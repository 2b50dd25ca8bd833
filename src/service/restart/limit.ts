/** Decides whether a restart may happen now: once for each request, and seldom enough for a unit's own limit of starts. */

/** So many in so long; systemd gives up a unit at ten starts in 300 s (`contrib/untether.service`). */
const MOST = 3;
const WINDOW_MS = 300_000;

/** Requests are known again for a day: Telegram keeps updates for so long (Bot API, getUpdates). */
const KNOWN_MS = 86_400_000;

/** One that happened. */
export interface PastRestart {
  /** Epoch ms. */
  readonly at: number;
  /** Names what asked for it. */
  readonly request: string;
}

/** What is to be done, and what is to be kept. */
export type RestartVerdict =
  | { readonly kind: 'go'; readonly kept: readonly PastRestart[] }
  /** This very request was carried out. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'wait'; readonly waitMs: number };

/** Judges a request by those that were carried out; a clock that was put back makes none of them count for longer. */
export function judgeRestart(
  past: readonly PastRestart[],
  { at, request }: PastRestart,
  { force }: { readonly force: boolean },
): RestartVerdict {
  const known = past.filter((one) => one.at <= at && at - one.at < KNOWN_MS);
  if (known.some((one) => one.request === request)) return { kind: 'repeated' };
  const recent = known.filter((one) => at - one.at < WINDOW_MS);
  const oldest = recent.at(-MOST);
  if (oldest !== undefined && !force) return { kind: 'wait', waitMs: oldest.at + WINDOW_MS - at };
  return { kind: 'go', kept: [...known, { at, request }] };
}

/** What was kept, as text; whatever else it is counts as nothing. */
export function readRestarts(text: string | undefined): readonly PastRestart[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isPast) : [];
  } catch {
    // Not ours, so it says nothing about restarts.
    return [];
  }
}

function isPast(value: unknown): value is PastRestart {
  const { at, request } = (value ?? {}) as Partial<Record<keyof PastRestart, unknown>>;
  return typeof at === 'number' && typeof request === 'string';
}
