/** Decides where a request about a run goes, as the configuration asks for it. */

/** What a report tells: the run begins, succeeded, did not, or what came of it. */
export type ReportKind = 'start' | 'success' | 'failure' | 'callback';

/** Where a request goes. Both texts are templates of the operator's, so that no secret value is in the store. */
export interface ReportTarget {
  readonly url: string;
  /** What signs it, as Standard Webhooks; absent: nothing does. */
  readonly secret?: string;
  /** CIDR ranges that are reachable although they are not public. */
  readonly allowPrivate: readonly string[];
}

/** What is asked for: pings for a dead man's switch, and the result for whoever sent the delivery. */
export type ReportTargets = Readonly<Partial<Record<ReportKind, ReportTarget>>>;
