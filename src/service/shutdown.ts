/** Decides how the service leaves: what is under way gets its time, nothing that was accepted is lost. */
import { leavingLines } from '../chat/render/leaving.ts';
import type { BootId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Departure } from '../core/restart.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Dispatcher } from '../runs/dispatcher.ts';
import type { Scheduler } from '../scheduler/loop.ts';
import type { Chat } from './chat/chat.ts';
import type { Mutes } from './chat/mutes.ts';
import type { Expectations } from './expectations.ts';
import type { Listening } from './listening.ts';
import type { RunResults } from './results.ts';
import type { Reports } from './reports/reports.ts';

/** In-flight requests have at most this long after the runs have ended. */
const REQUEST_GRACE_MS = 5_000;

/** Messages that wait, and reports under way, are sent for this long; the rest stays in the store. */
const FLUSH_MS = 5_000;

/** What is stopped. */
export interface Shutdown {
  readonly dispatcher: Dispatcher;
  readonly scheduler: Scheduler;
  readonly listening: Listening;
  readonly chat: Chat;
  readonly mutes: Pick<Mutes, 'isMuted'>;
  /** This life. */
  readonly boot: BootId;
  readonly expectations: Expectations;
  readonly reports: Reports;
  readonly results: RunResults;
  readonly current: () => Snapshot;
  readonly departure: Departure;
  /** What is done right before the port is let go of. */
  readonly beforeClosing: () => Promise<void>;
  /** Aborted: no more waiting. */
  readonly hurry: AbortSignal;
  /** Releases everything that was acquired. */
  readonly release: () => Promise<void>;
  readonly log: Log;
}

/**
 * Stops in order. The listener goes on answering while runs are drained, so that senders are told to come back; crons
 * that become due meanwhile are written down for the next start.
 */
export async function stopService(shutdown: Shutdown): Promise<void> {
  const { dispatcher, scheduler, listening, chat, expectations, reports, results, hurry, log } = shutdown;
  const { current, mutes, boot, departure } = shutdown;
  const active = dispatcher.active();
  const timeoutMs = current().limits.drainTimeoutMs;
  const asker = departure.kind === 'restart' ? departure.run : undefined;
  log.info('stopping', { active: active.length, drainTimeoutMs: timeoutMs });
  chat.post(leavingLines({ active, departure, boot, isMuted: (trigger, to) => mutes.isMuted(trigger, to) }));
  scheduler.drain();
  // Senders are turned away from now on: that nothing arrives is no news.
  expectations.close();
  results.drain();
  await dispatcher.drain({ timeoutMs, hurry, asker });
  results[Symbol.dispose]();
  await scheduler.stop();
  const flushMs = hurry.aborted ? 0 : FLUSH_MS;
  await Promise.all([chat.close(flushMs), reports.close(flushMs)]);
  await shutdown.beforeClosing();
  await listening.close(hurry.aborted ? 0 : REQUEST_GRACE_MS);
  log.info('stopped');
  await shutdown.release();
}
