/** Decides how it is said that something ran later than it was due. */
import { formatDuration } from './duration.ts';

/** `40m late`; the reason of a run may go on behind it: `40m late: the service was down`. */
export function lateBy(lateMs: number): string {
  return `${formatDuration(lateMs)} late`;
}

/** `40m late`, where the reason of a run begins so; else nothing. */
export function latenessIn(reason: string | null): string {
  return /^(?:\d+[a-z]+ ){1,2}late(?=:|$)/.exec(reason ?? '')?.[0] ?? '';
}
