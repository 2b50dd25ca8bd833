/** Decides what a tick puts into the ledger: every due moment of a due cron, with the state it is born in. */
import type { Admission, AdmissionLimit } from '../core/admission.ts';
import { formatDuration } from '../core/duration.ts';
import type { RunId } from '../core/ids.ts';
import type { FoundMissed, MissedFate } from '../core/missed.ts';
import type { CronTrigger, DueMoment } from '../core/trigger.ts';
import { held, mostHeld } from './hold.ts';
import type { Hold } from './hold.ts';
import { judgeMissed, policyFor } from './missed.ts';
import { momentsFrom } from './moments.ts';
import { placeOf } from './place.ts';

/** A moment served within this time of being due is on time, in ms: a busy second must not count as downtime. */
const ON_TIME_MS = 60_000;

/** What the first tick of a life makes up for. */
export interface Opening {
  /** Why moments before the start went by, e.g. `the service was down from … to …`. */
  readonly why: string;
  /** Why nothing is made up, whatever the rules say; absent: it is. */
  readonly noCatchUp?: string;
}

/** What a tick knows; times are epoch ms. */
export interface TickFacts {
  readonly now: number;
  readonly revision: number;
  /** Set in the first tick of a life. */
  readonly opening: Opening | undefined;
  readonly holdOf: (cron: CronTrigger) => Hold | undefined;
  readonly newId: () => RunId;
  /** In [0, 1). */
  readonly random: () => number;
}

/** What became of one due cron. */
export interface Ticked {
  readonly admissions: readonly Admission[];
  /** Its next moment after this tick, undefined: it has none. */
  readonly next: number | undefined;
  /** What was not served in time; absent: everything was. */
  readonly missed?: FoundMissed;
}

/** A moment, and the place that it takes among others of its trigger. */
interface Placed {
  readonly moment: DueMoment;
  readonly limit: AdmissionLimit;
}

const ANYWHERE: AdmissionLimit = { kind: 'none' };

/** The admissions of one cron whose moment `first` has come. */
export function tickCron(cron: CronTrigger, first: number, facts: TickFacts): Ticked {
  const { at, dropped, next } = cron.runOnce
    ? { at: [first], dropped: 0, next: undefined }
    : momentsFrom(cron.schedule, first, facts.now);
  const hold = facts.holdOf(cron);
  const late = hold === undefined ? at.slice(0, countLate(at, facts)) : [];
  const missed = judgeLate(cron, { late, isFollowed: late.length < at.length }, facts);
  const served = at
    .slice(late.length)
    .map((dueAt) => (hold === undefined ? punctual(cron, dueAt, facts) : keptBack(cron, dueAt, hold)));
  const placed = withDropped([...missed.map((moment) => madeUp(cron, moment)), ...served], dropped);
  const admissions = placed.map((one) => admissionOf(cron, one, facts));
  // A one-shot that is not going to run is still to come.
  const isSpared = cron.runOnce && admissions.every(({ spends }) => spends === undefined);
  return {
    admissions,
    next: isSpared ? cron.schedule.next(facts.now) : next,
    ...(missed.length > 0 && { missed: summary(cron, missed, dropped) }),
  };
}

/** How many of the moments nobody could serve when they came. */
function countLate(moments: readonly number[], { opening, now }: TickFacts): number {
  if (opening !== undefined) return moments.length;
  const onTime = moments.findIndex((dueAt) => now - dueAt <= ON_TIME_MS);
  return onTime === -1 ? moments.length : onTime;
}

function judgeLate(
  cron: CronTrigger,
  { late, isFollowed }: { readonly late: readonly number[]; readonly isFollowed: boolean },
  { opening, now }: TickFacts,
): readonly DueMoment[] {
  const cause = opening?.why ?? standstill(now - (late[0] ?? now));
  const never = opening?.noCatchUp;
  if (never !== undefined)
    return late.map((dueAt) => ({ dueAt, state: 'missed', reason: `${cause}; not made up: ${never}` }));
  return judgeMissed({ moments: late, now, policy: policyFor(cron.missed, 'down'), cause, isFollowed });
}

/** Why moments went by while the service ran. */
export function standstill(forMs: number): string {
  return `the clock or the machine stood still for about ${formatDuration(forMs)}`;
}

/** What the rule for missed moments lets in has its own bound. */
function madeUp(cron: CronTrigger, moment: DueMoment): Placed {
  const isOneOfMany = cron.missed.by.down === 'all' || moment.state === 'missed';
  return { moment, limit: isOneOfMany ? ANYWHERE : placeOf(cron) };
}

function punctual(cron: CronTrigger, dueAt: number, { now, random }: TickFacts): Placed {
  const limit = placeOf(cron);
  if (cron.jitterMs === 0) return { moment: { dueAt, state: 'queued', reason: null }, limit };
  const delayMs = Math.floor(random() * cron.jitterMs);
  const readyAt = dueAt + delayMs;
  const reason = `jitter ${formatDuration(delayMs)}`;
  const moment: DueMoment =
    readyAt <= now ? { dueAt, state: 'queued', reason } : { dueAt, state: 'scheduled', reason, readyAt };
  return { moment, limit };
}

function keptBack(cron: CronTrigger, dueAt: number, hold: Hold): Placed {
  const moment = held(cron, dueAt, hold);
  const isWaiting = moment.state === 'scheduled';
  return { moment, limit: isWaiting ? { kind: 'newest', keep: mostHeld(cron, hold) } : ANYWHERE };
}

/** Moments that were only counted are told with the first that has a row. */
function withDropped(placed: readonly Placed[], dropped: number): readonly Placed[] {
  const [first, ...others] = placed;
  if (first === undefined || dropped === 0) return placed;
  const reason = `${first.moment.reason ?? ''}; with about ${dropped} earlier moments`;
  return [{ ...first, moment: { ...first.moment, reason } }, ...others];
}

function admissionOf(cron: CronTrigger, { moment, limit }: Placed, facts: TickFacts): Admission {
  const { dueAt, state, reason, readyAt } = moment;
  return {
    id: facts.newId(),
    trigger: cron.id,
    source: 'cron',
    dueAt,
    admittedAt: facts.now,
    revision: facts.revision,
    state,
    reason,
    ...(readyAt !== undefined && { readyAt }),
    spec: cron.spec,
    limit,
    ...(cron.runOnce && willRun(moment) ? { spends: cron.armHash } : {}),
  };
}

function willRun({ state }: DueMoment): boolean {
  return state === 'queued' || state === 'scheduled';
}

function fateOf({ missed }: CronTrigger, { isMadeUp }: { readonly isMadeUp: boolean }): MissedFate {
  if (isMadeUp) return 'made-up';
  return missed.by.down === 'skip' ? 'left-out' : 'open';
}

function summary(cron: CronTrigger, late: readonly DueMoment[], dropped: number): FoundMissed {
  const missed = late.filter((moment) => !willRun(moment)).length;
  const { chat } = cron.spec;
  return {
    trigger: cron.id,
    missed: missed + dropped,
    fate: fateOf(cron, { isMadeUp: missed < late.length }),
    firstDueAt: late[0]?.dueAt ?? 0,
    lastDueAt: late.at(-1)?.dueAt ?? 0,
    ...(chat !== undefined && { to: chat }),
  };
}
