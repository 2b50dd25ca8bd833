/** Decides which value of a key of an Ofelia job counts, and whether it is on. */
import type { Assignment } from './ini.ts';

/** A job's section; keys are asked for in lower case. */
export interface OfeliaJob {
  /** `job-exec`, `job-run`, `job-local` or `job-service-run`. */
  readonly kind: string;
  readonly all: (key: string) => readonly string[];
  readonly last: (key: string) => string | undefined;
  readonly isOn: (key: string, otherwise: 'on' | 'off') => boolean;
}

/** The job that the assignments of one section make. */
export function jobOf(kind: string, assignments: readonly Assignment[]): OfeliaJob {
  const all: OfeliaJob['all'] = (key) =>
    assignments.filter((one) => one.key.toLowerCase() === key).map(({ value }) => bare(value));
  const last: OfeliaJob['last'] = (key) => all(key).at(-1);
  const isOn: OfeliaJob['isOn'] = (key, otherwise) =>
    /^(?:true|yes|on|1)$/i.test(last(key) ?? (otherwise === 'on' ? 'true' : 'false'));
  return { kind, all, last, isOn };
}

/** Quotes around the whole value are none of it. */
function bare(value: string): string {
  return /^(["`])(.*)\1$/.exec(value)?.[2] ?? value;
}
