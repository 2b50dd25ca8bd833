/** Decides whether the service restarts when somebody asks: may it now, will it come back, and who is told when it has. */
import { randomUUID } from 'node:crypto';
import { errorLines } from '../../config/issues.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Clock } from '../../core/clock.ts';
import type { Control } from '../../core/control.ts';
import { formatDuration } from '../../core/duration.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import { TERMINAL_BOT } from '../../core/message.ts';
import type { Departure, RestartRequest } from '../../core/restart.ts';
import type { Issue } from '../../core/snapshot.ts';
import { judgeRestart, readRestarts } from './limit.ts';
import type { PastRestart } from './limit.ts';
import { writeMarker } from './marker.ts';

/** What restarting needs. */
export interface RestartDeps {
  readonly memory: Pick<ChatLedger, 'remember' | 'remembered'>;
  /** Loads what is on disk, changing nothing; answers with what is wrong with it. */
  readonly preflight: () => Promise<readonly Issue[]>;
  /** What keeps the store from taking writes; undefined: nothing that is known. A start needs one that does. */
  readonly storeTrouble: () => string | undefined;
  /** Runs under way. */
  readonly active: () => ReadonlyArray<{ readonly id: RunId }>;
  readonly isDraining: () => boolean;
  /** Begins to leave; returns at once. */
  readonly leave: (departure: Departure) => void;
  readonly markerFile: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Under this name the store keeps the restarts that happened. */
const RESTARTS = 'restarts';

/** See `Control.restart`. */
export function createRestart(deps: RestartDeps): Control['restart'] {
  let isDeciding = false;
  return async function restart(request) {
    if (isDeciding || deps.isDraining()) throw already(deps, request);
    isDeciding = true;
    try {
      return await decide(request, deps);
    } finally {
      isDeciding = false;
    }
  };
}

async function decide(request: RestartRequest, deps: RestartDeps): ReturnType<Control['restart']> {
  const { log, leave } = deps;
  if (!request.force) await refuseBroken(deps);
  if (await isRepeated(request, deps)) return { waitsFor: 0, isRepeated: true };
  await mark(request, deps);
  log.info('restarting', { force: request.force, chat: request.order?.to.chat, run: request.run });
  const { force: _, ...why } = request;
  leave({ kind: 'restart', ...why });
  return { waitsFor: othersOf(deps, request), isRepeated: false };
}

/** A service that would not come back stays. */
async function refuseBroken({ preflight, storeTrouble }: RestartDeps): Promise<void> {
  const trouble = storeTrouble();
  if (trouble !== undefined)
    throw new AppError('unavailable', `not restarted: ${trouble}. Mend that, or restart by force`);
  const errors = errorLines(await preflight());
  if (errors.length === 0) return;
  const what = 'not restarted: what is on disk does not load. Mend it, or restart by force';
  throw new AppError('invalid_config', [what, ...errors].join('\n'));
}

async function isRepeated(request: RestartRequest, deps: RestartDeps): Promise<boolean> {
  const { memory, clock, log } = deps;
  const { force } = request;
  try {
    const past = readRestarts(await memory.remembered(RESTARTS));
    const verdict = judgeRestart(past, { at: clock.now(), request: nameOf(request) }, { force });
    if (verdict.kind === 'wait') throw tooOften(verdict.waitMs);
    if (verdict.kind === 'go') await memory.remember(RESTARTS, JSON.stringify(verdict.kept));
    return verdict.kind === 'repeated';
  } catch (error) {
    // A store that is away is a reason to restart, not to refuse.
    if (!force) throw error;
    log.warn('cannot keep that the service restarts', { error: messageOf(error) });
    return false;
  }
}

/** Word to the chat is a courtesy: without it the restart goes on. */
async function mark({ order }: RestartRequest, { markerFile, clock, log }: RestartDeps): Promise<void> {
  // The terminal is gone when the service is back.
  if (order === undefined || order.to.bot === TERMINAL_BOT) return;
  try {
    await writeMarker(markerFile, { ...order, at: clock.now() });
  } catch (error) {
    log.warn('the chat will not hear that the service is back', { error: messageOf(error) });
  }
}

/** A message or a run asks once; whatever else asks, asks anew each time. */
function nameOf({ order, run }: RestartRequest): PastRestart['request'] {
  return order?.request ?? (run === undefined ? randomUUID() : `run:${run}`);
}

function othersOf({ active }: RestartDeps, { run }: RestartRequest): number {
  return active().filter(({ id }) => id !== run).length;
}

function already(deps: RestartDeps, request: RestartRequest): AppError {
  const waitsFor = othersOf(deps, request);
  const what =
    waitsFor === 0 ? '' : `, waiting for ${waitsFor === 1 ? 'a run' : `${waitsFor} runs`} to finish`;
  return new AppError('draining', `already leaving${what}`);
}

function tooOften(waitMs: number): AppError {
  const wait = formatDuration(Math.ceil(waitMs / 1_000) * 1_000);
  return new AppError('conflict', `restarted three times within five minutes; try again in ${wait}`);
}
