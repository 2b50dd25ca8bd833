/** Decides how what lives outside the snapshot follows a save: all of it is ready before the swap, or nothing is live. */
import type { ReloadOutcome } from '../core/event.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { KeyPath } from './problem.ts';

/** Something with a life of its own that a configuration names: a listener, a bot. */
export interface Stage {
  /** The key that it carries out: a refusal is reported there. */
  readonly path: KeyPath;
  /** Gets ready, touching nothing that serves. Rejects when it cannot: then nothing of the save goes live. */
  prepare(next: Snapshot, previous: Snapshot): Promise<Staged>;
}

/** Something that is ready; one of the two is called, once. */
export interface Staged {
  /** Right after the swap: what was made ready serves, what it replaces is let go of. Answers with what is true now. */
  commit(): readonly ReloadOutcome[];
  /** Something else of the save could not be had: everything is as it was. */
  undo(): Promise<void>;
}

/** What a stage answers with where it has nothing to do. */
export const nothingStaged: Staged = { commit: () => [], undo: async () => {} };

/** The stage that refused, and why. */
export interface StageRefusal {
  readonly kind: 'refused';
  readonly path: KeyPath;
  readonly error: unknown;
}

/** Prepares all stages, one after the other; of a refusal nothing remains. */
export async function prepareAll(
  stages: readonly Stage[],
  next: Snapshot,
  previous: Snapshot,
): Promise<({ readonly kind: 'ready' } & Staged) | StageRefusal> {
  const ready: Staged[] = [];
  const undo = async (): Promise<void> => {
    for (const staged of ready.toReversed()) await staged.undo();
  };
  for (const stage of stages) {
    try {
      ready.push(await stage.prepare(next, previous));
    } catch (error) {
      await undo();
      return { kind: 'refused', path: stage.path, error };
    }
  }
  return { kind: 'ready', commit: () => ready.flatMap((staged) => staged.commit()), undo };
}
