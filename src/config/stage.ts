/** Decides how what lives outside the snapshot follows a save: all of it is ready before the swap, or nothing is live. */
import { messageOf } from '../core/errors.ts';
import type { ReloadOutcome } from '../core/event.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { KeyPath } from './problem.ts';

/** Something with a life of its own that a configuration names: a listener, a bot. */
export interface Stage {
  /** Gets ready, touching nothing that serves; refused, nothing of the save goes live. */
  prepare(next: Snapshot, previous: Snapshot): Promise<Prepared>;
}

/** What getting ready came to; a refusal is reported at its key. */
export type Prepared =
  | { readonly kind: 'ready'; readonly staged: Staged }
  | { readonly kind: 'refused'; readonly path: KeyPath; readonly reason: string };

/** Something that is ready; one of the two is called, once. */
export interface Staged {
  /** Right after the swap: what was made ready serves, what it replaces is let go of. Answers with what is true now. */
  commit(): readonly ReloadOutcome[];
  /** Something else of the save could not be had: everything is as it was. */
  undo(): Promise<void>;
}

/** What a stage answers with where it has nothing to do. */
export const nothingToDo: Prepared = { kind: 'ready', staged: onlyCommit(() => []) };

/** Something for which nothing had to be made ready, so that there is nothing to undo. */
export function onlyCommit(commit: Staged['commit']): Staged {
  return { commit, undo: async () => {} };
}

/** What `work` makes ready; its rejection is the refusal of the key at `path`. */
export async function preparing(path: KeyPath, work: () => Promise<Staged>): Promise<Prepared> {
  try {
    return { kind: 'ready', staged: await work() };
  } catch (error) {
    return { kind: 'refused', path, reason: messageOf(error) };
  }
}

/** Prepares all stages, one after the other; of a refusal nothing remains, nor of a rejection, which is a bug. */
export async function prepareAll(
  stages: readonly Stage[],
  next: Snapshot,
  previous: Snapshot,
): Promise<Prepared> {
  const ready: Staged[] = [];
  for (const stage of stages) {
    const prepared = await stage.prepare(next, previous).catch(async (error: unknown) => {
      await allOf(ready).undo();
      throw error;
    });
    if (prepared.kind === 'refused') {
      await allOf(ready).undo();
      return prepared;
    }
    ready.push(prepared.staged);
  }
  return { kind: 'ready', staged: allOf(ready) };
}

/** Several as one: what was made ready last is undone first. */
export function allOf(ready: readonly Staged[]): Staged {
  return {
    commit: () => ready.flatMap((staged) => staged.commit()),
    undo: async () => {
      for (const staged of ready.toReversed()) await staged.undo();
    },
  };
}
