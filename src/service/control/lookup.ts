/** Decides which trigger or run a person means by a full name, an own id, or the beginning or end of an id. */
import type { RunSpec } from '../../core/action.ts';
import { AppError } from '../../core/errors.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import { asRunId, asTriggerId, splitTriggerId, triggerId, triggerKinds } from '../../core/ids.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import { isTerminal, runStates } from '../../core/run.ts';
import type { Run } from '../../core/run.ts';
import { cronIn, triggerIn } from '../../core/snapshot.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Trigger } from '../../core/trigger.ts';
import { disabledNote } from './disabled.ts';

/** Runs that a shortened id is looked for among. */
const SEARCHED_RUNS = 1_000;
const SHORTEST_ID = 6;
const LIVE = runStates.filter((state) => !isTerminal(state));

/** The trigger of the file that `name` means. Throws `not_found`, `ambiguous` (a cron and a webhook share the id). */
export function findTrigger(snapshot: Snapshot, name: string): Trigger {
  return theOne(triggersNamed(snapshot, name), snapshot, name);
}

/** The same among those that are switched on. Throws `conflict`, too: it is a cron that is switched off. */
export function findLiveTrigger(snapshot: Snapshot, name: string): Trigger {
  const named = triggersNamed(snapshot, name);
  const live = named.filter(({ id }) => triggerIn(snapshot, id) !== undefined);
  const [first] = named;
  const disabled = first === undefined ? null : disabledNote(snapshot, first.id);
  if (first !== undefined && disabled !== null && live.length === 0)
    throw new AppError('conflict', `${first.id} is ${disabled}`);
  return theOne(live, snapshot, name);
}

function theOne(found: readonly Trigger[], snapshot: Snapshot, name: string): Trigger {
  const [first] = found;
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(' or ');
    throw new AppError('ambiguous', `${name} is a cron and a webhook: say ${ids}`);
  }
  if (first === undefined)
    throw new AppError('not_found', `no trigger ${name} is configured${hint(snapshot, name)}`);
  return first;
}

/** The triggers of that name, crons that are switched off too: none, one, or a cron and a webhook that share it. */
export function triggersNamed(snapshot: Snapshot, name: string): readonly Trigger[] {
  const full = asTriggerId(name);
  const ids = full === undefined ? [triggerId('cron', name), triggerId('webhook', name)] : [full];
  return ids.flatMap((id) => cronIn(snapshot, id) ?? snapshot.webhooks.get(id) ?? []);
}

/** IANA name of the zone in which what is named is spoken of: that of the cron of this name, else the default one. */
export function zoneOf(snapshot: Snapshot, name: string): string {
  const cron = triggersNamed(snapshot, name).find((trigger) => trigger.kind === 'cron');
  return cron?.schedule.zone ?? snapshot.defaults.zone;
}

/** Every trigger id that `name` may have runs under: itself, or its own id in each kind. */
export function triggerIdsOf(name: string): readonly TriggerId[] {
  const full = asTriggerId(name);
  return full === undefined ? triggerKinds.map((kind) => triggerId(kind, name)) : [full];
}

/**
 * The run that `id` means: the whole id, or six or more characters of its beginning or end, among the newest and all that
 * have not ended. Throws `not_found`, `ambiguous`.
 */
export async function findRun(runs: RunLedger, id: string): Promise<Run> {
  const full = asRunId(id);
  const exact = full === undefined ? undefined : await runs.get(full);
  if (exact !== undefined) return exact;
  const part = id.toLowerCase();
  const isPart = part.length >= SHORTEST_ID && /^[0-9a-f-]+$/.test(part);
  const fits = isPart ? (await searched(runs)).filter((run) => isPartOf(part, run.id)) : [];
  const [first] = fits;
  if (fits.length > 1) throw new AppError('ambiguous', `${id} fits ${fits.length} runs; give more of the id`);
  if (first === undefined) throw new AppError('not_found', `there is no run ${id}`);
  return first;
}

/** A one-shot may have been asked for long ago, and is told by its short id all the same. */
async function searched(runs: RunLedger): Promise<readonly Run[]> {
  const filters = [{}, ...LIVE.map((state) => ({ state }))];
  const lists = await Promise.all(filters.map((filter) => runs.list({ ...filter, limit: SEARCHED_RUNS })));
  return [...new Map(lists.flat().map((run) => [run.id, run])).values()];
}

/** What a run was asked to do. Throws `not_found` when its row is there no longer. */
export async function storedSpec(runs: RunLedger, run: RunId): Promise<RunSpec> {
  const spec = await runs.spec(run);
  if (spec === undefined) throw new AppError('not_found', `what run ${run} did is no longer stored`);
  return spec;
}

function isPartOf(part: string, id: RunId): boolean {
  return id.startsWith(part) || id.endsWith(part);
}

function hint(snapshot: Snapshot, name: string): string {
  const own = name.slice(name.indexOf(':') + 1).toLowerCase();
  const near = [...snapshot.crons.keys(), ...snapshot.webhooks.keys(), ...snapshot.idleCrons.keys()].filter(
    (id) => splitTriggerId(id).name.toLowerCase().startsWith(own.slice(0, 3)),
  );
  return near.length === 0 || own.length < 3 ? '' : `; did you mean ${near.slice(0, 3).join(', ')}?`;
}
