/** Decides how runs, triggers and counts read in a chat, one line each. */
import type { TriggerView } from '../core/views.ts';
import { formatDuration } from '../core/duration.ts';
import { shortId } from '../core/ids.ts';
import type { Run, RunState } from '../core/run.ts';
import { tallyWords } from '../core/tally.ts';
import type { Pause } from '../core/trigger-ledger.ts';
import { distance, momentIn } from './times.ts';

const SIGNS = {
  scheduled: '🕒',
  queued: '⏳',
  running: '▶️',
  succeeded: '✅',
  failed: '❌',
  cancelled: '🚫',
  skipped: '⏭',
  missed: '💤',
  superseded: '⏭',
} as const satisfies Record<RunState, string>;

/** `✅ 5c1d07a2b3c4 cron:nightly, 2h ago, took 3s: exit 1`. */
export function runLine(run: Run, nowMs: number): string {
  const took =
    run.startedAt === null || run.endedAt === null
      ? ''
      : `, took ${formatDuration(run.endedAt - run.startedAt)}`;
  const reason = run.reason === null ? '' : `: ${run.reason}`;
  return `${SIGNS[run.state]} ${shortId(run.id)} ${run.trigger}, ${distance(run.dueAt, nowMs)}${took}${reason}`;
}

/** A trigger in a few lines: what it is, when it is due next, how it went last, and lately where some was left out. */
export function triggerLines(trigger: TriggerView, zone: string, nowMs: number): readonly string[] {
  const { id, words, nextAt, never, disabled, last, pause, lately } = trigger;
  // What fires at each start is called so already.
  const none = never === null || never === words || disabled !== null ? [] : [`   next: ${never}`];
  const next = nextAt === null ? none : [`   next ${momentIn(zone, nextAt)}, ${distance(nextAt, nowMs)}`];
  const off = disabled === null ? [] : [`   ${disabled}`];
  const held = pause === null ? [] : [`   ⏸ ${pausedBy(pause, zone)}`];
  const result =
    last === null
      ? []
      : [
          `   last ${SIGNS[last.state]} ${last.state} ${distance(last.dueAt, nowMs)}${last.reason === null ? '' : `: ${last.reason}`}`,
        ];
  const counts = lately === null ? [] : [`   in 24h: ${tallyWords(lately)}`];
  return [`${signOf(id)} ${id}: ${words}`, ...next, ...off, ...held, ...result, ...counts];
}

/** `⏸ everything is paused by chat user 2 until it is resumed`. */
export function pauseLine(pause: Pause, zone: string): string {
  return `⏸ ${pause.trigger ?? 'everything'} is ${pausedBy(pause, zone)}`;
}

/** Who paused it stands before the end: behind it, it would be who is to resume it. */
function pausedBy({ by, until }: Pause, zone: string): string {
  return `paused by ${by}${until === undefined ? ' until it is resumed' : untilWhen(until, zone)}`;
}

/** ` until Thu 2026-12-24 18:00 (Berlin)`, or nothing for a pause without an end. */
export function untilWhen(until: number | undefined, zone: string): string {
  return until === undefined ? '' : ` until ${momentIn(zone, until)}`;
}

/** `1 cron`, `2 crons`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function signOf(id: string): string {
  return id.startsWith('webhook:') ? '⚡' : '⏰';
}
