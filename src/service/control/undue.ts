/** Decides how it is told that a cron was not due at a moment, and what withheld it if something did. */
import type { CronTrigger, Schedule } from '../../core/trigger.ts';
import { bareOf, withheldAt } from '../../scheduler/withheld.ts';
import type { ShowMoment } from './explain.ts';

/** The moment asked about; times are epoch ms. */
export interface Asked {
  readonly at: number;
  /** A moment of the schedule this near is the one that is meant. */
  readonly withinMs: number;
  readonly now: number;
}

/** The moment of the schedule that is meant by `at`: the first from then on, else the one before it. */
export function momentNear(schedule: Schedule, { at, withinMs }: Omit<Asked, 'now'>): number | undefined {
  return [at, at - withinMs]
    .map((from) => schedule.next(from - 1))
    .find((moment) => moment !== undefined && moment <= at + withinMs);
}

/** `cron:x was not due at …: that is within the blackout 22:00-06:00`. */
export function notDue(
  { id, schedule }: CronTrigger,
  { at, withinMs, now }: Asked,
  show: ShowMoment,
): string {
  const told = `${id} ${at > now ? 'is' : 'was'} not due at ${show(at)}`;
  const named = momentNear(bareOf(schedule), { at, withinMs });
  const withheld = named === undefined ? undefined : withheldAt(schedule, named);
  switch (withheld?.kind) {
    case undefined:
      return told;
    case 'blackout':
      return `${told}: that is within the blackout ${withheld.text}`;
    case 'early':
      return `${told}: that is before its start ${show(withheld.startMs)}`;
    case 'late':
      return `${told}: that is after its end ${show(withheld.lastMs)}`;
    default:
      return withheld satisfies never;
  }
}
