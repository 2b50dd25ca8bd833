/** Decides what replaying is: runs of a stretch begin as new ones, under their triggers as they are configured now. */
import type { RunSpec } from '../../core/action.ts';
import type { Admission, Admitted } from '../../core/admission.ts';
import type { Control } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import { splitTriggerId } from '../../core/ids.ts';
import type { Run } from '../../core/run.ts';
import { triggerIn } from '../../core/snapshot.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Replayed } from '../../core/views.ts';
import { disabledNote } from './disabled.ts';
import { atOnce, birth } from './enter.ts';
import type { EnterDeps } from './enter.ts';
import { runsWithin } from './stretch.ts';

type Replay = Control['replay'];

/** Of one transaction; a single payload may be larger. */
const BATCH_RUNS = 100;
const BATCH_BYTES = 8 * 1024 * 1024;

/** The call of `Control` that replays. */
export function createReplay(deps: EnterDeps): Pick<Control, 'replay'> {
  let isUnderWay = false;
  return {
    async replay({ dryRun = false, ...stretch }) {
      if (dryRun) return look(deps, stretch);
      // Two that find the same dead letters would run each of them twice.
      if (isUnderWay)
        throw new AppError('conflict', 'another replay is under way; try again when it is over');
      isUnderWay = true;
      try {
        return await replay(deps, stretch);
      } finally {
        isUnderWay = false;
      }
    },
  };
}

async function look({ runs, clock }: EnterDeps, stretch: Parameters<Replay>[0]): ReturnType<Replay> {
  const found = await runsWithin(runs, stretch, clock.now());
  return { ...found, runs: found.runs.map((run) => fateOf(run, { run: null, leftOut: null })) };
}

async function replay(deps: EnterDeps, stretch: Parameters<Replay>[0]): ReturnType<Replay> {
  const found = await runsWithin(deps.runs, stretch, deps.clock.now());
  // All under one revision, whatever is saved meanwhile.
  const snapshot = deps.current();
  const replayed: Replayed[] = [];
  for (const batch of batches(found.runs)) {
    if (deps.isDraining())
      throw new AppError('draining', `the service is stopping; ${replayed.length} were replayed before`);
    replayed.push(...(await enterAll({ ...deps, current: () => snapshot }, batch)));
  }
  return { ...found, runs: replayed };
}

/** The runs in their order, as many at a time as one transaction takes. */
function* batches(runs: readonly Run[]): Generator<readonly Run[]> {
  let batch: Run[] = [];
  let bytes = 0;
  for (const run of runs) {
    if (batch.length === BATCH_RUNS || (batch.length > 0 && bytes + run.payloadBytes > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(run);
    bytes += run.payloadBytes;
  }
  if (batch.length > 0) yield batch;
}

async function enterAll(deps: EnterDeps, runs: readonly Run[]): Promise<readonly Replayed[]> {
  const born = await Promise.all(runs.map((run) => repetition(deps, run)));
  const admissions = born.filter((one) => typeof one !== 'string');
  const answers = await deps.admit({ admissions });
  const answerOf = new Map(admissions.map(({ id }, index) => [id, answers[index]]));
  return Promise.all(
    runs.map(async (run, index) => {
      const one = born[index];
      if (one === undefined || typeof one === 'string') return fateOf(run, { run: null, leftOut: one ?? '' });
      return fateOf(run, await fateIn(deps, one.id, answerOf.get(one.id)));
    }),
  );
}

type Fate = Pick<Replayed, 'run' | 'leftOut'>;

function fateOf({ id: origin, trigger, state, dueAt }: Run, fate: Fate): Replayed {
  return { origin, trigger, state, dueAt, ...fate };
}

async function fateIn({ runs }: EnterDeps, run: RunId, answer: Admitted | undefined): Promise<Fate> {
  if (answer?.kind === 'refused') return { run: null, leftOut: `${answer.waiting} of its runs wait already` };
  if (answer?.kind !== 'admitted' || answer.state !== 'skipped') return { run, leftOut: null };
  const reason = answer.reason ?? (await runs.get(run))?.reason;
  return { run: null, leftOut: reason ?? 'skipped' };
}

/** The new run, or why there is none. */
async function repetition(deps: EnterDeps, run: Run): Promise<Admission | string> {
  const stored = await deps.runs.spec(run.id);
  if (stored === undefined) return 'what it did is no longer stored';
  const born = birth(deps, undefined);
  const present = presentOf(born.snapshot, stored);
  if (typeof present === 'string') return present;
  const payload = await deps.runs.payload(run.id);
  return {
    ...born.row,
    ...atOnce(born),
    ...present,
    trigger: run.trigger,
    source: 'replay',
    origin: run.id,
    ...(payload !== undefined && { payload }),
  };
}

type Present = Pick<Admission, 'spec'> & Partial<Pick<Admission, 'limit'>>;

/** What its trigger does now; what no trigger describes (`at`, a prompt) does what it did. */
function presentOf(snapshot: Snapshot, stored: RunSpec): Present | string {
  const { kind } = splitTriggerId(stored.trigger);
  if (kind === 'at' || kind === 'manual') return { spec: stored };
  const trigger = triggerIn(snapshot, stored.trigger);
  if (trigger === undefined)
    return `${stored.trigger} is ${disabledNote(snapshot, stored.trigger) ?? 'configured no more'}`;
  if (trigger.kind === 'cron') return { spec: trigger.spec };
  return { spec: trigger.spec, limit: { kind: 'waiting', max: trigger.maxQueued } };
}
