/** Decides which file of a place is looked at: the first that is there. */
import { readHooks } from '../../config/hooks-file.ts';
import type { HookPlace } from '../../core/hook.ts';
import { lookedAt } from './scope.ts';
import type { Found, Scope } from './scope.ts';

/** The scopes after another look at their files; see `lookedAt`. */
export function lookAt(scopes: readonly Scope[], isEmptying: boolean): Promise<readonly Scope[]> {
  return Promise.all(scopes.map(async (scope) => lookedAt(scope, await findIn(scope.place), isEmptying)));
}

async function findIn({ files }: HookPlace): Promise<Found> {
  for (const file of files) {
    const read = await readHooks(file);
    if (read.kind !== 'missing') return { file, read };
  }
  return { file: files[0], read: { kind: 'missing' } };
}
