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

/** What beginning runs needs. */
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
    fire: (request) => fire(deps, request),
    at: (request) => scheduleOnce(deps, request),
    retry: (id) => retry(deps, id),
  };
}

async function fire(deps: TakeDeps, request: Parameters<Control['fire']>[0]): Promise<Taken> {
  const born = birth(deps);
  const what = { kind: 'trigger', trigger: request.trigger } as const;
  const { spec, name } = askedSpec(born.snapshot, what, triggerId('manual', request.trigger));
  return take(deps, {
    ...born.row,
    ...atOnce(born),
    trigger: triggerId('manual', name),
    source: 'manual',
    spec,
    ...payloadOf(request),
  });
}

async function scheduleOnce(deps: TakeDeps, request: Parameters<Control['at']>[0]): Promise<Taken> {
  const { snapshot, row } = birth(deps);
  const dueAt = await readWhen(request.when, row.admittedAt, request.zone ?? snapshot.defaults.zone);
  const trigger = triggerId('at', row.id.slice(-12));
  const { spec } = askedSpec(snapshot, request.what, trigger);
  return take(deps, {
    ...row,
    trigger,
    source: 'at',
    dueAt,
    state: 'scheduled',
    spec,
    limit: { kind: 'none' },
  });
}

async function retry(deps: TakeDeps, id: string): Promise<Taken> {
  const born = birth(deps);
  const run = await findRun(deps.runs, id);
  if (!isTerminal(run.state))
    throw new AppError('conflict', `run ${run.id} is ${run.state}: it has not ended yet`);
  const spec = await deps.runs.spec(run.id);
  if (spec === undefined) throw new AppError('not_found', `what run ${run.id} did is no longer stored`);
  const payload = await deps.runs.payload(run.id);
  return take(deps, {
    ...born.row,
    ...atOnce(born),
    trigger: run.trigger,
    source: 'retry',
    spec,
    origin: run.id,
    ...(payload === undefined ? {} : { payload }),
  });
}

interface Birth {
  /** Read once: what the spec is taken from and what numbers the row is one revision, whatever is swapped meanwhile. */
  readonly snapshot: Snapshot;
  readonly row: Pick<Admission, 'id' | 'admittedAt' | 'revision' | 'reason'>;
}

function birth({ current, clock }: TakeDeps): Birth {
  const snapshot = current();
  const { revision } = snapshot;
  return { snapshot, row: { id: newRunId(), admittedAt: clock.now(), revision, reason: null } };
}

/** What all runs share that are to begin at once. */
function atOnce({ row }: Birth): Pick<Admission, 'dueAt' | 'state' | 'limit'> {
  return { dueAt: row.admittedAt, state: 'queued', limit: { kind: 'waiting', max: DEFAULT_MAX_QUEUED } };
}

function payloadOf({ data, contentType }: Parameters<Control['fire']>[0]): Pick<Admission, 'payload'> {
  if (data === undefined) return {};
  return { payload: { body: data, contentType: contentType ?? 'application/json', headers: {} } };
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
