/** Decides what runs that people ask for are: of a trigger, of an agent, again, or later. */
import type { Admission } from '../../core/admission.ts';
import type { Ask, Control } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import { shortId, splitTriggerId, triggerId } from '../../core/ids.ts';
import { isTerminal } from '../../core/run.ts';
import type { Taken } from '../../core/views.ts';
import { atOnce, birth, enter, unlessRequested } from './enter.ts';
import type { Birth, EnterDeps } from './enter.ts';
import { askLater, scheduleOnce } from './later.ts';
import { findRun, storedSpec } from './lookup.ts';
import { isToCome, shotOf } from './pending.ts';
import type { PendingDeps } from './pending.ts';
import { askedSpec, continuedSpec, orderedBy } from './specs.ts';
import type { Asked } from './specs.ts';

/** What beginning runs needs. */
export type BeginDeps = EnterDeps & PendingDeps;

/** What the lanes of conversations are called by. */
const TALK = 'talk-';

type Beginning = Pick<Control, 'fire' | 'ask' | 'at' | 'askLater' | 'retry'>;

/** The calls of `Control` that begin runs. */
export function createBeginning(deps: BeginDeps): Beginning {
  return {
    fire: (request) => unlessRequested(deps, request.order, () => fire(deps, request)),
    ask: (request) => unlessRequested(deps, request.order, () => ask(deps, request)),
    at: (request) => scheduleOnce(deps, request),
    askLater: async (request) =>
      shotOf(await unlessRequested(deps, request.order, () => askLater(deps, request)), deps),
    retry: (id, options = {}) => unlessRequested(deps, options.order, () => retry(deps, id, options)),
  };
}

async function fire(deps: BeginDeps, request: Parameters<Control['fire']>[0]): Promise<Taken> {
  const born = birth(deps, request.order);
  const what = { kind: 'trigger', trigger: request.trigger } as const;
  const { spec, name } = askedSpec(born.snapshot, what, triggerId('manual', request.trigger));
  return enter(deps, {
    ...born.row,
    ...atOnce(born),
    trigger: triggerId('manual', name),
    source: 'manual',
    spec: orderedBy(spec, request.order),
    ...payloadOf(request),
  });
}

function payloadOf({ data, contentType }: Parameters<Control['fire']>[0]): Pick<Admission, 'payload'> {
  if (data === undefined) return {};
  return { payload: { body: data, contentType: contentType ?? 'application/json', headers: {} } };
}

async function ask(deps: BeginDeps, request: Parameters<Control['ask']>[0]): Promise<Taken> {
  const { order, continues } = request;
  const born = birth(deps, order);
  const { spec, name } =
    continues === undefined ? begun(request, born) : await continued(deps, request, continues);
  return enter(deps, {
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
  const lane = triggerId('manual', `${TALK}${shortId(row.id)}`);
  return askedSpec(snapshot, { kind: 'prompt', ...request }, lane);
}

/** Called like its lane: rows are claimed by what they are called, and those of no other lane may be among them. */
async function continued({ runs }: BeginDeps, request: Ask, run: RunId): Promise<Asked> {
  const stored = await storedSpec(runs, run);
  const before = await runs.get(run);
  if (before !== undefined && isToCome(before))
    throw new AppError('conflict', `run ${run} is still to come: there is no session to go on with`);
  const isOver = before === undefined || isTerminal(before.state);
  const spec = continuedSpec(stored, request, isOver ? talkLane(run, stored.trigger) : stored.trigger);
  return { spec, name: splitTriggerId(spec.trigger).name };
}

/** One conversation, one lane, whatever the trigger that began it still does. */
function talkLane(run: RunId, lane: TriggerId): TriggerId {
  return splitTriggerId(lane).name.startsWith(TALK) ? lane : triggerId('manual', `${TALK}${shortId(run)}`);
}

async function retry(
  deps: BeginDeps,
  id: string,
  { order, overBudget = false }: NonNullable<Parameters<Control['retry']>[1]>,
): Promise<Taken> {
  const born = birth(deps, order);
  const run = await findRun(deps.runs, id);
  if (!isTerminal(run.state))
    throw new AppError('conflict', `run ${run.id} is ${run.state}: it has not ended yet`);
  const spec = await storedSpec(deps.runs, run.id);
  const payload = await deps.runs.payload(run.id);
  return enter(deps, {
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
