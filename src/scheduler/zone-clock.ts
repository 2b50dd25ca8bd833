/** Decides what the clock on the wall of a zone shows at an instant, from a table of its changes. */
import { IANAZone } from 'luxon';
import { DAY_MS, civilOf, dayNumberOf } from './civil.ts';
import { zoneExists } from './zones.ts';

/**
 * One year of a zone as stretches of constant offset, in parallel arrays, with a week more on both sides so that
 * whatever meets at New Year is in one table. Wall times are milliseconds since 1970 on that wall.
 */
export interface ZoneYear {
  /** The UTC year this is the table of: it answers for instants from `fromMs` up to `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** First instant of each stretch; the first begins with the table, not with a change. */
  readonly starts: readonly number[];
  /** Wall time minus instant. */
  readonly offsets: readonly number[];
  /** What the wall shows at the stretch's first instant. */
  readonly wallStarts: readonly number[];
  /** What it would show where the next one begins; at the last, where the table ends. */
  readonly wallEnds: readonly number[];
  /** The latest the wall has shown before this stretch: a later start is a gap, an earlier one an overlap. */
  readonly seen: readonly number[];
}

/** What has the tables of one zone. */
export interface ZoneYears {
  /** The table that answers for an instant, or undefined beyond the years a `Date` can hold. */
  yearAt(instantMs: number): ZoneYear | undefined;
}

/** The part of a year's table that all the rest follows from, see `ZoneYear`. */
export type Stretches = Pick<ZoneYear, 'starts' | 'offsets'>;

/** A week: more than any clock change moves the wall (24 hours at most, at the date line). */
const MARGIN_MS = 7 * DAY_MS;

/** Changes of one zone are at least 6.95 days apart from 1900 to 2060, so that two never fall between two samples. */
const SAMPLE_MS = 3 * DAY_MS;

/** Luxon and `Date` end here; nothing is due beyond. */
const LAST_INSTANT_MS = 8.64e15 - 400 * DAY_MS;

/** The clock of one zone. Years are computed when they are first asked for (0.7 ms each) and kept. */
export class ZoneClock implements ZoneYears {
  /** IANA name. */
  readonly zone: string;
  readonly #years = new Map<number, ZoneYear>();
  readonly #offsets: IANAZone;
  #latest: ZoneYear | undefined;

  /** `zone` must exist, see `zoneExists`. */
  constructor(zone: string) {
    this.zone = zone;
    this.#offsets = IANAZone.create(zone);
  }

  yearAt(instantMs: number): ZoneYear | undefined {
    const latest = this.#latest;
    if (latest !== undefined && instantMs >= latest.fromMs && instantMs < latest.toMs) return latest;
    if (!(Math.abs(instantMs) < LAST_INSTANT_MS)) return undefined;
    return this.#year(civilOf(Math.floor(instantMs / DAY_MS)).year);
  }

  /** What the wall shows at an instant minus the instant, in ms. */
  offsetAt(instantMs: number): number {
    return offsetAt(this, instantMs);
  }

  #year(year: number): ZoneYear {
    let table = this.#years.get(year);
    if (table === undefined) {
      table = tabulate(this.#offsets, year);
      this.#years.set(year, table);
    }
    this.#latest = table;
    return table;
  }
}

/** Index of the stretch an instant falls in. */
export function stretchAt(year: ZoneYear, instantMs: number): number {
  let index = year.starts.length - 1;
  while (index > 0 && instantMs < (year.starts[index] ?? 0)) index -= 1;
  return index;
}

/** What the wall shows at an instant minus the instant, in ms; 0 where no table answers. */
export function offsetAt(years: ZoneYears, instantMs: number): number {
  const year = years.yearAt(instantMs);
  return year === undefined ? 0 : (year.offsets[stretchAt(year, instantMs)] ?? 0);
}

/** Clocks by zone name, each made once. */
export interface ZoneClocks {
  /** The clock of a zone, or undefined when the tz database has none of that name. */
  readonly clockOf: (zone: string) => ZoneClock | undefined;
}

/** An empty table of clocks. */
export function createZoneClocks(): ZoneClocks {
  const clocks = new Map<string, ZoneClock>();
  return {
    clockOf(zone) {
      const known = clocks.get(zone);
      if (known !== undefined || !zoneExists(zone)) return known;
      const clock = new ZoneClock(zone);
      clocks.set(zone, clock);
      return clock;
    },
  };
}

/** First and last instant of a year's table, which begins a week before the year and ends a week after it. */
export function tableBounds(year: number): { readonly beginMs: number; readonly endMs: number } {
  const { fromMs, toMs } = yearBounds(year);
  return { beginMs: fromMs - MARGIN_MS, endMs: toMs + MARGIN_MS };
}

/** The whole table of a UTC year; its first stretch begins where the table does, see `tableBounds`. */
export function tableOf(year: number, { starts, offsets }: Stretches): ZoneYear {
  const { fromMs, toMs } = yearBounds(year);
  const { endMs } = tableBounds(year);
  const wallStarts = starts.map((startMs, index) => startMs + (offsets[index] ?? 0));
  const wallEnds = offsets.map((offset, index) => (starts[index + 1] ?? endMs) + offset);
  const seen = wallStarts.map((wall, index) => (index === 0 ? wall : Math.max(...wallEnds.slice(0, index))));
  return Object.freeze({ fromMs, toMs, starts, offsets, wallStarts, wallEnds, seen });
}

function yearBounds(year: number): Pick<ZoneYear, 'fromMs' | 'toMs'> {
  return { fromMs: dayNumberOf(year, 1, 1) * DAY_MS, toMs: dayNumberOf(year + 1, 1, 1) * DAY_MS };
}

function tabulate(zone: IANAZone, year: number): ZoneYear {
  const { beginMs, endMs } = tableBounds(year);
  const starts = [beginMs, ...changesBetween(zone, beginMs, endMs)];
  return tableOf(year, { starts, offsets: starts.map((startMs) => offsetMs(zone, startMs)) });
}

/** The instants at which the offset changes, found by samples and bisection. */
function changesBetween(zone: IANAZone, fromMs: number, toMs: number): readonly number[] {
  const changes: number[] = [];
  for (let before = fromMs; before < toMs; before += SAMPLE_MS) {
    const after = Math.min(before + SAMPLE_MS, toMs);
    if (offsetMs(zone, before) !== offsetMs(zone, after)) changes.push(changeWithin(zone, before, after));
  }
  return changes;
}

/** First whole second in (`before`, `after`] with the offset of `after`. */
function changeWithin(zone: IANAZone, before: number, after: number): number {
  const old = offsetMs(zone, before);
  let low = before / 1000;
  let high = after / 1000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(zone, middle * 1000) === old) low = middle;
    else high = middle;
  }
  return high * 1000;
}

/** Luxon counts minutes; local mean times before the railways have odd seconds. */
function offsetMs(zone: IANAZone, instantMs: number): number {
  return Math.round(zone.offset(instantMs) * 60) * 1000;
}
