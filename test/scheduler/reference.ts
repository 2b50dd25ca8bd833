/** The contract once more, as slowly and plainly as it can be said: a walk through every minute of the zone's wall. */

const MINUTE_MS = 60_000;

/** What a zone's wall shows, by the runtime's own formatting: minutes since 1970 on that wall, in ms. */
export function wallReader(zone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  return (instantMs) => {
    const [, sign, hours = '0', minutes = '0'] =
      /GMT(?:([+-])(\d\d):(\d\d))?/.exec(format.format(instantMs)) ?? [];
    const offsetMs = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
    return instantMs + (sign === '-' ? -offsetMs : offsetMs);
  };
}

/** The instants at which a zone's offset changes, by looking every six hours and then closer. */
export function transitionsOf(zone: string, years: readonly number[]): readonly number[] {
  const wall = wallReader(zone);
  const offset = (instant: number): number => wall(instant) - instant;
  const found: number[] = [];
  for (const year of years) {
    const end = Date.UTC(year + 1, 0, 1);
    for (let before = Date.UTC(year, 0, 1); before < end; before += 86_400_000) {
      if (offset(before) === offset(before + 86_400_000)) continue;
      let [low, high] = [before, before + 86_400_000];
      while (high - low > MINUTE_MS) {
        const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
        if (offset(middle) === offset(low)) low = middle;
        else high = middle;
      }
      found.push(high);
    }
  }
  return found;
}

/** A rule simple enough to be checked by eye: sets of minutes and hours, and perhaps of weekdays. */
export interface PlainRule {
  readonly text: string;
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  readonly isFixed: boolean;
}

/** Every instant in (`fromMs`, `toMs`] at which the contract makes the rule due, found minute by minute. */
export function walk(
  rule: PlainRule,
  wall: (instantMs: number) => number,
  range: { readonly fromMs: number; readonly toMs: number; readonly dst: 'vixie' | 'skip' | 'both' },
): readonly number[] {
  const due: number[] = [];
  let seen = wall(range.fromMs);
  for (let instant = range.fromMs + MINUTE_MS; instant <= range.toMs; instant += MINUTE_MS) {
    const shown = wall(instant);
    if (isDue(rule, { shown, seen, dst: range.dst })) due.push(instant);
    seen = Math.max(seen, shown);
  }
  return due;
}

function isDue(
  rule: PlainRule,
  minute: { readonly shown: number; readonly seen: number; readonly dst: 'vixie' | 'skip' | 'both' },
): boolean {
  const { shown, seen, dst } = minute;
  if (!rule.isFixed) return matches(rule, shown);
  if (shown <= seen) return dst === 'both' && matches(rule, shown);
  if (dst === 'skip') return matches(rule, shown);
  for (let skipped = seen + MINUTE_MS; skipped <= shown; skipped += MINUTE_MS) {
    if (matches(rule, skipped)) return true;
  }
  return false;
}

function matches(rule: PlainRule, wallMs: number): boolean {
  const time = new Date(wallMs);
  return (
    rule.minutes.has(time.getUTCMinutes()) &&
    rule.hours.has(time.getUTCHours()) &&
    rule.weekdays.has(time.getUTCDay())
  );
}
