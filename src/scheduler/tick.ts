/** Decides what a tick puts into the ledger: every due moment of a due cron, with the state it is born in. */
import type { Admission, AdmissionLimit } from '../core/admission.ts';
import { formatDuration } from '../core/duration.ts';
import type { RunId } from '../core/ids.ts';
import { withCounted } from '../core/missed.ts';
import type { FoundMissed } from '../core/missed.ts';
import type { CronTrigger, DueMoment } from '../core/trigger.ts';
import { keepBack, mostHeld } from './hold.ts';
import type { Hold } from './hold.ts';
import { countLate, judgeLate, LATE_CAUSE } from './late.ts';
import type { LateFacts } from './late.ts';
import { foundMissed } from './missed.ts';
import { momentsFrom } from './moments.ts';
import { placeOf } from './place.ts';

/** What a tick knows; times are epoch ms. */
export interface TickFacts extends LateFacts {
  readonly revision: number;
  readonly holdOf: (cron: CronTrigger) => Hold | undefined;
  /** Rows that each cron may add. */
  readonly mostRows: number;
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
    : momentsFrom(cron.schedule, { first, until: facts.now, most: facts.mostRows });
  const hold = facts.holdOf(cron);
  const late = hold === undefined ? at.slice(0, countLate(at, facts)) : [];
  const judged = judgeLate(cron, { late, isFollowed: late.length < at.length }, facts);
  const served = at
    .slice(late.length)
    .map((dueAt) => (hold === undefined ? punctual(cron, dueAt, facts) : heldPlace(cron, dueAt, hold)));
  const placed = withDropped([...judged.map((moment) => judgedPlace(cron, moment)), ...served], dropped);
  const admissions = placed.map((one) => admissionOf(cron, one, facts));
  // A one-shot that is not going to run is still to come.
  const isSpared = cron.runOnce && admissions.every(({ spends }) => spends === undefined);
  return {
    admissions,
    next: isSpared ? cron.schedule.next(facts.now) : next,
    ...missedIn(cron, judged, { first, dropped }),
  };
}

/** Those that the rule `all` lets in are bounded by it; they run one behind the other. */
function judgedPlace(cron: CronTrigger, moment: DueMoment): Placed {
  const isBounded = cron.missed.by[LATE_CAUSE] === 'all' || moment.state === 'missed';
  return { moment, limit: isBounded ? ANYWHERE : placeOf(cron) };
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

function heldPlace(cron: CronTrigger, dueAt: number, hold: Hold): Placed {
  const moment = keepBack(cron, dueAt, hold);
  const isHeld = moment.held !== undefined;
  return { moment, limit: isHeld ? { kind: 'held', keep: mostHeld(cron, hold) } : ANYWHERE };
}

/** Moments that were only counted are told with the first that has a row. */
function withDropped(placed: readonly Placed[], dropped: number): readonly Placed[] {
  const [first, ...others] = placed;
  if (first === undefined || dropped === 0) return placed;
  const reason = withCounted(first.moment.reason ?? '', dropped);
  return [{ ...first, moment: { ...first.moment, reason } }, ...others];
}

function admissionOf(cron: CronTrigger, { moment, limit }: Placed, facts: TickFacts): Admission {
  return {
    id: facts.newId(),
    trigger: cron.id,
    source: 'cron',
    ...moment,
    admittedAt: facts.now,
    revision: facts.revision,
    spec: cron.spec,
    limit,
    ...(cron.runOnce && willRun(moment) ? { spends: cron.armHash } : {}),
  };
}

function willRun({ state }: DueMoment): boolean {
  return state === 'queued' || state === 'scheduled';
}

function missedIn(
  cron: CronTrigger,
  [first, ...others]: readonly DueMoment[],
  before: { readonly first: number; readonly dropped: number },
): Pick<Ticked, 'missed'> {
  if (first === undefined) return {};
  const found = foundMissed(cron, [first, ...others]);
  const missed = found.missed + before.dropped;
  return { missed: { ...found, missed, firstDueAt: before.first } };
}
