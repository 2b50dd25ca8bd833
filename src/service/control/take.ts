/** Decides how runs that people ask for enter the ledger: now, later, or again. */
import type { Admission, Admit } from '../../core/admission.ts';
import type { Clock } from '../../core/clock.ts';
import type { Control, Taken } from '../../core/control.ts';
import { formatDuration } from '../../core/duration.ts';
import { AppError } from '../../core/errors.ts';
import { newRunId, triggerId } from '../../core/ids.ts';
import type { RunLedger } from '../../core/ledger.ts';
import { DEFAULT_MAX_QUEUED } from '../../core/policy.ts';
import { isTerminal } from '../../core/run.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { parseWhen } from '../../scheduler/when.ts';
import { findRun } from './lookup.ts';
import { askedSpec } from './specs.ts';

/** The farthest a one-shot may lie ahead. */
const FARTHEST_MS = 366 * 86_400_000;

export interface TakeDeps {
  readonly current: () => Snapshot;
  readonly admit: Admit;
  readonly runs: RunLedger;
  readonly clock: Clock;
  readonly isDraining: () => boolean;
}

type Taking = Pick<Control, 'fire' | 'at' | 'retry'>;

/** The calls of `Control` that begin runs. */
export function createTaking(deps: TakeDeps): Taking {
  return {
    async fire(request) {
      const now = deps.clock.now();
      const { spec, name } = askedSpec(
        deps.current(),
        { kind: 'trigger', trigger: request.trigger },
        triggerId('manual', request.trigger),
      );
      const payload =
        request.data === undefined
          ? {}
          : {
              payload: {
                body: request.data,
                contentType: request.contentType ?? 'application/json',
                headers: {},
              },
            };
      return take(deps, {
        ...birth(deps, now),
        trigger: triggerId('manual', name),
        source: 'manual',
        dueAt: now,
        state: 'queued',
        spec,
        limit: { kind: 'waiting', max: DEFAULT_MAX_QUEUED },
        ...payload,
      });
    },

    async at(request) {
      const now = deps.clock.now();
      const snapshot = deps.current();
      const dueAt = await readWhen(request.when, now, request.zone ?? snapshot.defaults.zone);
      const basics = birth(deps, now);
      const trigger = triggerId('at', basics.id.slice(-12));
      const { spec } = askedSpec(snapshot, request.what, trigger);
      return take(deps, {
        ...basics,
        trigger,
        source: 'at',
        dueAt,
        state: 'scheduled',
        spec,
        limit: { kind: 'none' },
      });
    },

    async retry(id) {
      const now = deps.clock.now();
      const run = await findRun(deps.runs, id);
      if (!isTerminal(run.state))
        throw new AppError('conflict', `run ${run.id} is ${run.state}: it has not ended yet`);
      const spec = await deps.runs.spec(run.id);
      if (spec === undefined) throw new AppError('not_found', `what run ${run.id} did is no longer stored`);
      const payload = await deps.runs.payload(run.id);
      return take(deps, {
        ...birth(deps, now),
        trigger: run.trigger,
        source: 'retry',
        dueAt: now,
        state: 'queued',
        spec,
        origin: run.id,
        limit: { kind: 'waiting', max: DEFAULT_MAX_QUEUED },
        ...(payload === undefined ? {} : { payload }),
      });
    },
  };
}

function birth(deps: TakeDeps, now: number): Pick<Admission, 'id' | 'admittedAt' | 'revision' | 'reason'> {
  return { id: newRunId(), admittedAt: now, revision: deps.current().revision, reason: null };
}

async function take(deps: TakeDeps, admission: Admission): Promise<Taken> {
  if (deps.isDraining()) throw new AppError('draining', 'the service is stopping; try again when it is back');
  const [answer] = await deps.admit({ admissions: [admission] });
  if (answer?.kind === 'refused') {
    throw new AppError('queue_full', `${answer.waiting} runs of ${admission.trigger} wait already`);
  }
  return { run: answer?.run ?? admission.id, dueAt: admission.dueAt };
}

async function readWhen(text: string, nowMs: number, zone: string): Promise<number> {
  const when = await parseWhen(text, { nowMs, zone });
  if (!when.ok) throw new AppError('invalid_argument', when.message);
  if (when.atMs <= nowMs) throw new AppError('invalid_argument', `${text} is in the past`);
  if (when.atMs - nowMs > FARTHEST_MS) {
    throw new AppError('invalid_argument', `${text} is farther ahead than ${formatDuration(FARTHEST_MS)}`);
  }
  return when.atMs;
}
