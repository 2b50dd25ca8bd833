/** Decides which triggers may start how many runs now: fair between triggers, within every limit. */
import type { TriggerId } from '../core/ids.ts';
import type { RunSpec } from '../core/action.ts';
import type { Limits } from '../core/snapshot.ts';

/** What of a run's spec counts against limits. */
export interface Traits {
  /** The configured trigger: what people fire of it by hand shares its places. */
  readonly lane: TriggerId;
  readonly maxConcurrent: number;
  readonly engine: string | undefined;
  readonly project: string | undefined;
}

/** The traits of a spec. */
export function traitsOf(spec: RunSpec): Traits {
  return {
    lane: spec.trigger,
    maxConcurrent: spec.policy.maxConcurrent ?? Infinity,
    engine: spec.action.kind === 'agent_run' ? spec.action.engine.name : undefined,
    project: spec.project,
  };
}

/** Counts of what runs now. */
export class Occupancy {
  #total = 0;
  readonly #counts = new Map<string, number>();

  get total(): number {
    return this.#total;
  }

  enter(traits: Traits): void {
    this.#add(traits, 1);
  }

  leave(traits: Traits): void {
    this.#add(traits, -1);
  }

  /** How many more runs with these traits the limits allow, others' wishes aside. */
  room(traits: Traits, limits: Limits): number {
    const { lane, engine, project } = traits;
    return Math.min(
      limits.maxConcurrent - this.#total,
      traits.maxConcurrent - this.#count(`lane ${lane}`),
      engine === undefined
        ? Infinity
        : (limits.perEngine[engine] ?? Infinity) - this.#count(`engine ${engine}`),
      project === undefined
        ? Infinity
        : (limits.perProject[project] ?? Infinity) - this.#count(`project ${project}`),
    );
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #add(traits: Traits, by: 1 | -1): void {
    this.#total += by;
    this.#bump(`lane ${traits.lane}`, by);
    if (traits.engine !== undefined) this.#bump(`engine ${traits.engine}`, by);
    if (traits.project !== undefined) this.#bump(`project ${traits.project}`, by);
  }

  #bump(key: string, by: 1 | -1): void {
    const count = this.#count(key) + by;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

/** A trigger that has, or may have, waiting runs. */
export interface Candidate {
  readonly trigger: TriggerId;
  readonly traits: Traits;
}

/**
 * Deals the free places out one by one, in the order given, until nobody may take another: with four places and
 * three candidates 2, 1, 1. Candidates of one engine or project share its places. Reads no more candidates than it
 * has places for, so that ten thousand waiting triggers cost nothing here.
 */
export function deal(
  candidates: Iterable<Candidate>,
  occupancy: Occupancy,
  limits: Limits,
): ReadonlyArray<{ readonly trigger: TriggerId; readonly max: number }> {
  const dealt = new Map<Candidate, number>();
  let open = candidates;
  for (;;) {
    const served: Candidate[] = [];
    for (const candidate of open) {
      if (occupancy.total >= limits.maxConcurrent) break;
      if (occupancy.room(candidate.traits, limits) < 1) continue;
      occupancy.enter(candidate.traits);
      dealt.set(candidate, (dealt.get(candidate) ?? 0) + 1);
      served.push(candidate);
    }
    if (served.length === 0 || occupancy.total >= limits.maxConcurrent) break;
    open = served;
  }
  for (const [candidate, count] of dealt) {
    for (let left = count; left > 0; left -= 1) occupancy.leave(candidate.traits);
  }
  return [...dealt].map(([candidate, max]) => ({ trigger: candidate.trigger, max }));
}
