/** Decides what becomes of moments that were held back once nothing holds them any more: the rules for missed moments. */
import type { Clock } from '../core/clock.ts';
import type { Publish } from '../core/event.ts';
import type { RunId, TriggerId } from '../core/ids.ts';
import type { Dismissal, RunLedger } from '../core/run-ledger.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { FoundMissed, TellMissed } from '../core/missed.ts';
import type { Run } from '../core/run.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { CronTrigger, DueMoment, MissCause } from '../core/trigger.ts';
import { isHeldReason } from '../scheduler/hold.ts';
import { judgeMissed, policyFor } from '../scheduler/missed.ts';

const PAGE = 1_000;

/** What judging needs. */
export interface ResumeDeps {
  readonly runs: RunLedger;
  readonly current: () => Snapshot;
  /** True for triggers that something still holds. */
  readonly isHeld: (trigger: TriggerId) => boolean;
  /** What chats are told of moments that they are asked about. */
  readonly tellMissed: TellMissed;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** A hold that has ended. */
export interface Release {
  /** Undefined: of all triggers. */
  readonly trigger: TriggerId | undefined;
  /** By whose rule the moments are judged. */
  readonly cause: MissCause;
  /** In words, why they went by, e.g. `paused until … UTC`. */
  readonly why: string;
}

interface Held {
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly dueAt: number;
}

/** A moment that is not made up. */
type Left = Held & Pick<Dismissal, 'reason'>;

/**
 * Ends as `missed` what the rules do not make up, and asks where they say so; the rest is left ready to be queued.
 * Rejects with `unavailable`; what was not ended by then may run.
 */
export async function releaseHeld(deps: ResumeDeps, release: Release): Promise<void> {
  const { current, clock, tellMissed } = deps;
  const now = clock.now();
  const { crons } = current();
  const left: Left[] = [];
  const asked: FoundMissed[] = [];
  for (const [id, rows] of await heldMoments(deps, release.trigger, now)) {
    const cron = crons.get(id);
    // A trigger that has left the configuration has no policy any more; what it was due for is not taken from it.
    if (cron === undefined) continue;
    const lost = leftOut(cron, rows, { ...release, now });
    left.push(...lost);
    if (cron.missed.by[release.cause] === 'ask' && lost.length > 0) asked.push(question(cron, lost));
  }
  const messages = asked.length === 0 ? [] : tellMissed({ at: now, why: release.why, triggers: asked });
  await dismissAll(deps, left, { at: now, messages });
}

function leftOut(
  { missed }: CronTrigger,
  rows: readonly Held[],
  { cause, why, now }: Release & { readonly now: number },
): readonly Left[] {
  const moments = rows.map(({ dueAt }) => dueAt);
  const verdicts = judgeMissed({ moments, now, policy: policyFor(missed, cause), cause: why });
  return rows.flatMap((row, index) => lostBy(row, verdicts[index]));
}

function lostBy(row: Held, verdict: DueMoment | undefined): readonly Left[] {
  return verdict?.state === 'missed' ? [{ ...row, reason: verdict.reason ?? '' }] : [];
}

function question({ id: trigger, spec: { chat } }: CronTrigger, lost: readonly Left[]): FoundMissed {
  return {
    trigger,
    missed: lost.length,
    fate: 'open',
    firstDueAt: lost[0]?.dueAt ?? 0,
    lastDueAt: lost.at(-1)?.dueAt ?? 0,
    ...(chat !== undefined && { to: chat }),
  };
}

/** Moments of crons that nothing holds any more and that have not begun, by trigger, oldest first. */
async function heldMoments(
  { runs, isHeld }: ResumeDeps,
  trigger: TriggerId | undefined,
  now: number,
): Promise<ReadonlyMap<TriggerId, readonly Held[]>> {
  const found: Held[] = [];
  let before: RunId | undefined;
  do {
    const page = await runs.list({
      state: 'scheduled',
      limit: PAGE,
      ...(trigger === undefined ? {} : { trigger }),
      ...(before === undefined ? {} : { before }),
    });
    for (const run of page) {
      const { id, dueAt } = run;
      if (isWaitingMoment(run, now) && !isHeld(run.trigger)) found.push({ id, trigger: run.trigger, dueAt });
    }
    before = page.at(-1)?.id;
  } while (before !== undefined);
  found.sort((a, b) => a.dueAt - b.dueAt);
  return Map.groupBy(found, (row) => row.trigger);
}

/** Not what waits for its next attempt or its jitter, which is `scheduled` too. */
function isWaitingMoment({ source, dueAt, startedAt, reason }: Run, now: number): boolean {
  return source === 'cron' && startedAt === null && dueAt <= now && isHeldReason(reason);
}

/** Ends them; the last one takes the messages with it. */
async function dismissAll(
  { runs, publish }: ResumeDeps,
  left: readonly Left[],
  { at, messages }: { readonly at: number; readonly messages: readonly OutgoingMessage[] },
): Promise<void> {
  const last = left.at(-1);
  for (const row of left) {
    const { id, trigger, reason } = row;
    const told = row === last && messages.length > 0 ? { messages } : {};
    const met = await runs.dismiss(id, { state: 'missed', at, reason, ...told });
    if (met.kind !== 'done') continue;
    publish({ kind: 'run', run: id, trigger, state: 'missed', reason, at });
    if (row === last && messages.length > 0) publish({ kind: 'posted', messages });
  }
}
