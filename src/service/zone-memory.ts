/** Decides what the store keeps of the tz data that a start ran with, and when that can still be read. */
import { canonicalJson } from '../core/json.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { clocksOf } from '../scheduler/zone-moves.ts';
import { isZoneRules, rulesAround } from '../scheduler/zone-rules.ts';
import type { ZoneRules } from '../scheduler/zone-rules.ts';

/** The name it is kept under, see `ChatLedger.remember`. */
export const ZONE_MEMORY = 'tz-data';

/** The tz data as they were. */
export interface ZoneMemory {
  /** Such as `2026b`. */
  readonly version: string;
  /** By zone, of those that a live cron was in. */
  readonly zones: ReadonlyMap<string, ZoneRules>;
}

/** What is to be kept while `crons` are live: a short text, the same for the same rules in the same year. */
export function zoneMemoryOf({ crons }: Snapshot, version: string, nowMs: number): string {
  const clocks = clocksOf([...crons.values()].map(({ schedule }) => schedule));
  const zones = [...clocks].map(([zone, clock]) => [zone, rulesAround(clock, nowMs)] as const);
  return canonicalJson({ version, zones: Object.fromEntries(zones) });
}

/** What was kept; undefined for a text that is not of `zoneMemoryOf`. */
export function readZoneMemory(text: string): ZoneMemory | undefined {
  const { version, zones } = fieldsOf(parsed(text));
  if (typeof version !== 'string' || typeof zones !== 'object' || zones === null) return undefined;
  const entries: ReadonlyArray<readonly [string, unknown]> = Object.entries(zones);
  const isWhole = (entry: readonly [string, unknown]): entry is [string, ZoneRules] => isZoneRules(entry[1]);
  return entries.every(isWhole) ? { version, zones: new Map(entries) } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is as good as nothing.
    return undefined;
  }
}

function fieldsOf(value: unknown): Partial<Record<keyof ZoneMemory, unknown>> {
  return typeof value === 'object' && value !== null ? value : {};
}
