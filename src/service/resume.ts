/** Decides what becomes of moments that were held back once nothing holds them any more: the rules for missed moments. */
import type { Clock } from '../core/clock.ts';
import type { Publish } from '../core/event.ts';
import type { TriggerId } from '../core/ids.ts';
import type { FoundMissed, TellMissed } from '../core/missed.ts';
import type { HeldMoment, Release, ReleaseVerdict, RunLedger, WaitingTrigger } from '../core/run-ledger.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { CronTrigger, DueMoment, MissCause } from '../core/trigger.ts';
import { holds } from '../scheduler/hold.ts';
import type { Hold } from '../scheduler/hold.ts';
import { showMoment } from '../scheduler/show.ts';
import { foundMissed, judgeMissed, policyFor } from '../scheduler/missed.ts';

/** What judging needs. */
export interface ResumeDeps {
  readonly runs: Pick<RunLedger, 'heldMoments' | 'release'>;
  readonly current: () => Snapshot;
  readonly holdOf: (trigger: TriggerId) => Hold | undefined;
  /** What chats are told of moments that they are asked about. */
  readonly tellMissed: TellMissed;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** What may be free now. */
export interface Freed {
  /** Undefined: all triggers. */
  readonly trigger: TriggerId | undefined;
  /** At a start: why the time before it went by. */
  readonly down?: string;
}

/** What becomes of the moments of one trigger that one cause held. */
interface Judged {
  readonly verdicts: readonly ReleaseVerdict[];
  /** What a chat is asked about. */
  readonly asked: readonly FoundMissed[];
}

/**
 * Judges what is held of triggers that nothing holds any more, each moment by the rule for what held it: some are queued,
 * the others end as `missed`, and chats are asked where the rule says so, all in one transaction. Answers with the
 * triggers that gained work. Rejects with `unavailable`; then all of it is held still.
 */
export async function releaseHeld(deps: ResumeDeps, freed: Freed): Promise<readonly WaitingTrigger[]> {
  const { runs, holdOf, tellMissed, clock } = deps;
  const free = (await runs.heldMoments(freed.trigger)).filter(({ trigger }) => holdOf(trigger) === undefined);
  if (free.length === 0) return [];
  const at = clock.now();
  const until = showMoment(at, deps.current().defaults.zone);
  const judged = [...Map.groupBy(free, ({ trigger, cause }) => `${cause} ${trigger}`).values()].map((rows) =>
    judge(deps, rows, { at, until, freed }),
  );
  const asked = judged.flatMap((one) => one.asked);
  const why = [...new Set(free.map(({ cause }) => whyOf(cause, until, freed)))].join('; ');
  const messages = asked.length === 0 ? [] : tellMissed({ at, why, triggers: asked });
  const release: Release = { at, verdicts: judged.flatMap(({ verdicts }) => verdicts), messages };
  const { done, queued } = await runs.release(release);
  publishAll(deps, { free, done, release });
  return queued;
}

function judge(
  { current }: ResumeDeps,
  rows: readonly HeldMoment[],
  { at, until, freed }: { readonly at: number; readonly until: string; readonly freed: Freed },
): Judged {
  const [first] = rows;
  if (first === undefined) return { verdicts: [], asked: [] };
  const { trigger, cause } = first;
  const cron = current().crons.get(trigger);
  const why = whyOf(cause, until, freed);
  const leftOut = rows.flatMap((row) => leaveOut(row, cron, why));
  const rest = rows.filter(({ dueAt }) => whyUnwanted(dueAt, cron) === undefined);
  if (cron === undefined || rest.length === 0) return { verdicts: leftOut, asked: [] };
  const moments = rest.map(({ dueAt }) => dueAt);
  const judged = judgeMissed({ moments, now: at, policy: policyFor(cron.missed, cause), causeOf: () => why });
  const verdicts = [...leftOut, ...rest.flatMap((row, index) => verdictOf(row, judged[index]))];
  return { verdicts, asked: cron.missed.by[cause] === 'ask' ? questionOf(cron, judged) : [] };
}

/** What nobody wants any more does not run; its row says so, and can be made up by hand. */
function leaveOut(
  { run, dueAt }: HeldMoment,
  cron: CronTrigger | undefined,
  why: string,
): readonly ReleaseVerdict[] {
  const unwanted = whyUnwanted(dueAt, cron);
  return unwanted === undefined ? [] : [{ run, kind: 'missed', rule: 'skip', reason: `${why}; ${unwanted}` }];
}

/** A one-shot that has another moment now fires then, and once. */
function whyUnwanted(dueAt: number, cron: CronTrigger | undefined): string | undefined {
  if (cron === undefined) return 'the cron is not in the file any more';
  const isMoved = cron.runOnce && cron.schedule.next(dueAt - 1) !== dueAt;
  return isMoved ? 'it was moved to another time' : undefined;
}

const holdWords: Readonly<Record<MissCause, string>> = {
  down: holds.stopping.why,
  paused: holds.paused.why,
  disabled: holds.disabled.why,
  overlap: 'earlier runs were in the way',
};

function whyOf(cause: MissCause, until: string, { down }: Freed): string {
  return cause === 'down' ? (down ?? holdWords.down) : `${holdWords[cause]} until ${until}`;
}

function verdictOf({ run }: HeldMoment, moment: DueMoment | undefined): readonly ReleaseVerdict[] {
  if (moment === undefined) return [];
  const { state, rule = 'skip', reason } = moment;
  if (state === 'missed') return [{ run, kind: state, rule, reason: reason ?? '' }];
  return [{ run, kind: 'queued', reason: reason ?? '' }];
}

function questionOf(cron: CronTrigger, [first, ...others]: readonly DueMoment[]): readonly FoundMissed[] {
  return first === undefined ? [] : [foundMissed(cron, [first, ...others])];
}

function publishAll(
  { publish }: ResumeDeps,
  {
    free,
    done,
    release: { at, messages },
  }: {
    readonly free: readonly HeldMoment[];
    readonly done: readonly ReleaseVerdict[];
    readonly release: Release;
  },
): void {
  const triggers = new Map(free.map(({ run, trigger }) => [run, trigger]));
  for (const { run, kind: state, reason } of done) {
    const trigger = triggers.get(run);
    if (trigger !== undefined) publish({ kind: 'run', run, trigger, state, reason, at });
  }
  if (messages.length > 0) publish({ kind: 'posted', messages });
}
