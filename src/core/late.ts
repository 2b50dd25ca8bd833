/** Decides how it is said that something ran later than it was due. */
import { formatDuration } from './duration.ts';

/** What is served within this time of being due is on time, in ms: a busy second is no standstill. */
export const ON_TIME_MS = 60_000;

/** `40m late`; the reason of a run may go on behind it: `40m late: the service was down`. */
export function lateBy(lateMs: number): string {
  return `${formatDuration(lateMs)} late`;
}

/** `40m late`, where the reason of a run begins so; else nothing. */
export function latenessIn(reason: string | null): string {
  return /^(?:\d+[a-z]+ ){1,2}late(?=:|$)/.exec(reason ?? '')?.[0] ?? '';
}
