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
  const cron = first && current().crons.get(first.trigger);
  if (first === undefined || cron === undefined) return { verdicts: rows.map(madeUp), asked: [] };
  const { cause } = first;
  const moments = rows.map(({ dueAt }) => dueAt);
  const why = whyOf(cause, until, freed);
  const judged = judgeMissed({ moments, now: at, policy: policyFor(cron.missed, cause), cause: why });
  const verdicts = rows.flatMap((row, index) => verdictOf(row, judged[index]));
  return { verdicts, asked: cron.missed.by[cause] === 'ask' ? questionOf(cron, judged, cause) : [] };
}

/** A trigger that has left the configuration has no rules any more; what it was due for is not taken from it. */
function madeUp({ run, cause }: HeldMoment): ReleaseVerdict {
  return { run, kind: 'queued', reason: holdWords[cause] };
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

function questionOf(
  cron: CronTrigger,
  [first, ...others]: readonly DueMoment[],
  cause: MissCause,
): readonly FoundMissed[] {
  return first === undefined ? [] : [foundMissed(cron, [first, ...others], cause)];
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
