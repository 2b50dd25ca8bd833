/** Decides how runs that people ask for enter the ledger: now, later, or again. */
import type { Admission, Admit } from '../../core/admission.ts';
import type { Clock } from '../../core/clock.ts';
import type { Ask, ChatOrder, Control, Taken } from '../../core/control.ts';
import { formatDuration } from '../../core/duration.ts';
import { AppError } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import { newRunId, splitTriggerId, triggerId } from '../../core/ids.ts';
import type { RunLedger } from '../../core/ledger.ts';
import { chatKey } from '../../core/message.ts';
import { DEFAULT_MAX_QUEUED } from '../../core/policy.ts';
import { isTerminal } from '../../core/run.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { parseWhen } from '../../scheduler/when.ts';
import { findRun } from './lookup.ts';
import { pendingShots } from './pending.ts';
import { askedSpec, continuedSpec, orderedBy } from './specs.ts';
import type { Asked } from './specs.ts';

/** The farthest a one-shot may lie ahead. */
const FARTHEST_MS = 366 * 86_400_000;
/** The nearest that a chat may ask for. */
const NEAREST_MS = 10_000;

/** What beginning runs needs. */
export interface TakeDeps {
  readonly current: () => Snapshot;
  readonly admit: Admit;
  readonly runs: RunLedger;
  readonly clock: Clock;
  readonly isDraining: () => boolean;
}

type Taking = Pick<Control, 'fire' | 'ask' | 'at' | 'retry' | 'when'>;

/** The calls of `Control` that begin runs. */
export function createTaking(deps: TakeDeps): Taking {
  return {
    fire: (request) => once(deps, request.order, () => fire(deps, request)),
    ask: (request) => once(deps, request.order, () => ask(deps, request)),
    at: (request) => once(deps, request.order, () => scheduleOnce(deps, request)),
    retry: (id, options = {}) => once(deps, options.order, () => retry(deps, id, options)),
    when: ({ text, zone }) => readWhen(text, deps.clock.now(), zone ?? deps.current().defaults.zone),
  };
}

/** What was asked for before under the same name is answered as it was then: the moment may be over, the limits reached. */
async function once(
  { runs, clock }: TakeDeps,
  order: ChatOrder | undefined,
  take: () => Promise<Taken>,
): Promise<Taken> {
  const run = order === undefined ? undefined : await runs.requested(order.request, clock.now());
  const first = run === undefined ? undefined : await runs.get(run);
  return first === undefined ? take() : { run: first.id, dueAt: first.dueAt };
}

async function fire(deps: TakeDeps, request: Parameters<Control['fire']>[0]): Promise<Taken> {
  const born = birth(deps, request.order);
  const what = { kind: 'trigger', trigger: request.trigger } as const;
  const { spec, name } = askedSpec(born.snapshot, what, triggerId('manual', request.trigger));
  return take(deps, {
    ...born.row,
    ...atOnce(born),
    trigger: triggerId('manual', name),
    source: 'manual',
    spec: orderedBy(spec, request.order),
    ...payloadOf(request),
  });
}

async function ask(deps: TakeDeps, request: Parameters<Control['ask']>[0]): Promise<Taken> {
  const { order, continues } = request;
  const born = birth(deps, order);
  const { spec, name } =
    continues === undefined ? begun(request, born) : await continued(deps, request, continues);
  return take(deps, {
    ...born.row,
    ...atOnce(born),
    trigger: triggerId('manual', name),
    source: 'manual',
    spec: orderedBy(spec, order),
    ...(continues !== undefined && { origin: continues }),
  });
}

/** Conversations share no lane: what is said in one waits for nothing of another. */
function begun(request: Ask, { snapshot, row }: Birth): Asked {
  const lane = triggerId('manual', `talk-${row.id.slice(-12)}`);
  return askedSpec(snapshot, { kind: 'prompt', ...request }, lane);
}

/** Called like its lane: rows are claimed by what they are called, and those of no other lane may be among them. */
async function continued({ runs }: TakeDeps, request: Ask, run: RunId): Promise<Asked> {
  const before = await runs.spec(run);
  if (before === undefined) throw new AppError('not_found', `what run ${run} did is no longer stored`);
  if (request.prompt.trim() === '') throw new AppError('invalid_argument', 'the prompt is empty');
  const spec = continuedSpec(before, request);
  return { spec, name: splitTriggerId(spec.trigger).name };
}

async function scheduleOnce(deps: TakeDeps, request: Parameters<Control['at']>[0]): Promise<Taken> {
  const { order } = request;
  const { snapshot, row } = birth(deps, order);
  const dueAt = await readWhen(request.when, row.admittedAt, request.zone ?? snapshot.defaults.zone);
  if (order !== undefined) await checkChatLimits(deps, { order, snapshot, leadMs: dueAt - row.admittedAt });
  const trigger = triggerId('at', row.id.slice(-12));
  const { spec } = askedSpec(snapshot, request.what, trigger);
  return take(deps, {
    ...row,
    trigger,
    source: 'at',
    dueAt,
    state: 'scheduled',
    spec: orderedBy(spec, order),
    limit: { kind: 'none' },
  });
}

interface ChatShot {
  readonly order: ChatOrder;
  readonly snapshot: Snapshot;
  readonly leadMs: number;
}

async function checkChatLimits({ runs }: TakeDeps, { order, snapshot, leadMs }: ChatShot): Promise<void> {
  if (leadMs < NEAREST_MS)
    throw new AppError(
      'invalid_argument',
      `that is nearer than ${formatDuration(NEAREST_MS)}: ask without /at`,
    );
  const { maxPending } = snapshot.chat;
  const pending = await pendingShots(runs, chatKey(order.to));
  if (pending.length < maxPending) return;
  throw new AppError(
    'queue_full',
    `${pending.length} are pending in this chat already, and no more than ${maxPending} may be; /at list shows them`,
  );
}

async function retry(
  deps: TakeDeps,
  id: string,
  { order, overBudget = false }: NonNullable<Parameters<Control['retry']>[1]>,
): Promise<Taken> {
  const born = birth(deps, order);
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
    spec: orderedBy(spec, order),
    origin: run.id,
    ...(overBudget && { overBudget }),
    ...(payload === undefined ? {} : { payload }),
  });
}

interface Birth {
  /** Read once: what the spec is taken from and what numbers the row is one revision, whatever is swapped meanwhile. */
  readonly snapshot: Snapshot;
  readonly row: Pick<Admission, 'id' | 'admittedAt' | 'revision' | 'reason' | 'request'>;
}

function birth({ current, clock }: TakeDeps, order: ChatOrder | undefined): Birth {
  const snapshot = current();
  const { revision } = snapshot;
  const request = order === undefined ? {} : { request: order.request };
  return {
    snapshot,
    row: { id: newRunId(), admittedAt: clock.now(), revision, reason: null, ...request },
  };
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
  // What a chat asks for is not begun any more, but kept: the next start takes it up.
  if (deps.isDraining() && admission.request === undefined)
    throw new AppError('draining', 'the service is stopping; try again when it is back');
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
