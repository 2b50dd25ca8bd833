/**
 * Decides at which instants a zone's clock makes an expression due, clock changes included: Vixie cron's contract.
 *
 * A job with a plain minute and hour is fixed: what falls in a gap fires once, at the first instant after it; what
 * an overlap shows twice fires the first time only. Any other job follows real time: through a gap nothing is made
 * up, through an overlap it fires in both passes. All of it comes down to one number for each stretch of constant
 * offset, the earliest wall time the stretch serves; a wall time served before the stretch begins is due where it
 * begins.
 */
import type { Fields } from './fields.ts';
import { nextWall } from './occurrence.ts';
import { stretchAt } from './zone-clock.ts';
import type { ZoneYear, ZoneYears } from './zone-clock.ts';

/**
 * What a clock change does to a fixed job; others follow real time under each of them. `vixie`: once after a gap,
 * once in an overlap. `skip`: not at all in a gap, once in an overlap. `both`: once after a gap, and in both passes
 * of an overlap.
 */
export type ClockChangePolicy = 'vixie' | 'skip' | 'both';

/** What decides the instants of a cron but its zone. */
export interface WallRule {
  readonly fields: Fields;
  readonly dst: ClockChangePolicy;
}

/**
 * First instant strictly after `afterMs` at which the rule is due, or undefined when there is none any more. The
 * answer does not depend on where an enumeration began: it is the least element above `afterMs` of one fixed set.
 */
export function nextInstant(rule: WallRule, clock: ZoneYears, afterMs: number): number | undefined {
  const year = clock.yearAt(afterMs);
  if (year === undefined) return undefined;
  const index = stretchAt(year, afterMs);
  const wallAfter = Math.floor(afterMs / 1000) * 1000 + 1000 + at(year.offsets, index);
  return search(rule, clock, { year, index, from: Math.max(wallAfter, earliestServed(rule, year, index)) });
}

/** The earliest wall time that the stretch `index` answers for, given what the wall has shown before. */
export function earliestServed(rule: WallRule, year: ZoneYear, index: number): number {
  const starts = at(year.wallStarts, index);
  if (!rule.fields.isFixed) return starts;
  const seen = at(year.seen, index);
  if (rule.dst === 'skip') return Math.max(starts, seen);
  return rule.dst === 'both' ? Math.min(starts, seen) : seen;
}

interface Position {
  readonly year: ZoneYear;
  readonly index: number;
  /** Wall time to search from, in the stretch `index`. */
  readonly from: number;
}

function search(rule: WallRule, clock: ZoneYears, position: Position): number | undefined {
  let { year, index, from } = position;
  let wall = nextWall(rule.fields, from);
  while (wall >= at(year.wallEnds, index)) {
    index += 1;
    if (index === year.starts.length) {
      const later = jump(clock, wall);
      if (later === undefined) return undefined;
      ({ year, index, from } = later);
    }
    const earliest = earliestServed(rule, year, index);
    // Nothing matches from `from` up to `wall`: only an overlap or a gap that swallows `wall` asks for a new search.
    if ((index > 0 && earliest < from) || earliest > wall) {
      from = earliest;
      wall = nextWall(rule.fields, from);
    }
  }
  return Math.max(at(year.starts, index), wall - at(year.offsets, index));
}

/**
 * The place to go on from when a table ends: right before the stretch that shows `wall`. Overlaps on the way there
 * cannot matter, they show nothing earlier than the table that just ended.
 */
function jump(clock: ZoneYears, wall: number): Position | undefined {
  const year = wall === Infinity ? undefined : clock.yearAt(wall);
  if (year === undefined) return undefined;
  return { year, index: year.wallEnds.findIndex((end) => end > wall), from: wall };
}

/** Tables are parallel and indexes come from them. */
function at(table: readonly number[], index: number): number {
  return table[index] ?? Number.NaN;
}
