/** Decides what a tick puts into the ledger: every due moment of every due cron, with the state it is born in. */
import type { Admission, AdmissionLimit } from '../core/admission.ts';
import { formatDuration } from '../core/duration.ts';
import type { RunId, TriggerId } from '../core/ids.ts';
import type { CronTrigger, DueMoment } from '../core/trigger.ts';
import { judgeMissed } from './missed.ts';
import { momentsFrom } from './moments.ts';

/** A moment served within this time of being due is on time, in ms: a busy second must not count as downtime. */
const ON_TIME_MS = 60_000;

/** What a tick knows; times are epoch ms. */
export interface TickFacts {
  readonly now: number;
  readonly revision: number;
  /** Set when the moments went by while nobody could serve them, e.g. `the service was down from … to …`. */
  readonly downCause: string | undefined;
  /** The service is stopping: what is due waits for the next start. */
  readonly isDraining: boolean;
  readonly isPaused: (trigger: TriggerId) => boolean;
  readonly newId: () => RunId;
}

/** What became of one due cron. */
export interface Ticked {
  readonly admissions: readonly Admission[];
  /** Its next moment after this tick, undefined: it has none. */
  readonly next: number | undefined;
}

/** The admissions of one cron whose moment `first` has come. */
export function tickCron(cron: CronTrigger, first: number, facts: TickFacts): Ticked {
  const { at, dropped, next } = cron.runOnce
    ? { at: [first], dropped: 0, next: undefined }
    : momentsFrom(cron.schedule, first, facts.now);
  const judged = judge(cron, at, facts).map((moment, index) =>
    index === 0 && dropped > 0
      ? { ...moment, reason: `${moment.reason ?? ''}; with about ${dropped} earlier moments` }
      : moment,
  );
  const admissions = judged.map((moment) => admissionOf(cron, moment, facts));
  // A one-shot that is not going to run is still to come.
  const isSpared = cron.runOnce && admissions.every(({ spends }) => spends === undefined);
  return { admissions, next: isSpared ? cron.schedule.next(facts.now) : next };
}

function judge(cron: CronTrigger, moments: readonly number[], facts: TickFacts): readonly DueMoment[] {
  const { now } = facts;
  if (facts.isDraining) return moments.map((dueAt) => holdOrSkip(cron, dueAt, 'the service was stopping'));
  if (facts.isPaused(cron.id)) return moments.map((dueAt) => holdOrSkip(cron, dueAt, 'paused'));
  if (facts.downCause !== undefined)
    return judgeMissed({ moments, now, policy: cron.missed, cause: facts.downCause });
  const firstOnTime = moments.findIndex((dueAt) => now - dueAt <= ON_TIME_MS);
  const onTime = firstOnTime === -1 ? [] : moments.slice(firstOnTime);
  const late = moments.slice(0, moments.length - onTime.length);
  const cause = `the clock or the machine stood still for about ${formatDuration(now - (late[0] ?? now))}`;
  return [
    ...judgeMissed({ moments: late, now, policy: cron.missed, cause }),
    ...onTime.map((dueAt): DueMoment => ({ dueAt, state: 'queued', reason: null })),
  ];
}

function holdOrSkip(cron: CronTrigger, dueAt: number, cause: string): DueMoment {
  const { policy } = cron.missed;
  return { dueAt, state: policy === 'skip' ? 'skipped' : 'scheduled', reason: `${cause}; policy ${policy}` };
}

function admissionOf(cron: CronTrigger, moment: DueMoment, facts: TickFacts): Admission {
  return {
    id: facts.newId(),
    trigger: cron.id,
    source: 'cron',
    dueAt: moment.dueAt,
    admittedAt: facts.now,
    revision: facts.revision,
    state: moment.state,
    reason: moment.reason,
    spec: cron.spec,
    limit: limitOf(cron, moment),
    ...(cron.runOnce && willRun(moment) ? { spends: cron.armHash } : {}),
  };
}

function willRun({ state }: DueMoment): boolean {
  return state === 'queued' || state === 'scheduled';
}

function limitOf(cron: CronTrigger, moment: DueMoment): AdmissionLimit {
  if (moment.state === 'scheduled')
    return cron.missed.policy === 'last' ? { kind: 'replace' } : { kind: 'none' };
  const running = cron.spec.policy.maxConcurrent ?? 1;
  switch (cron.overlap.kind) {
    case 'allow':
      return { kind: 'none' };
    case 'replace':
      return { kind: 'replace' };
    case 'skip':
      return { kind: 'live', max: running };
    case 'queue':
      return { kind: 'live', max: running + cron.overlap.depth };
    default:
      return cron.overlap satisfies never;
  }
}
