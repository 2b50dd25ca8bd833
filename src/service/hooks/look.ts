/** Decides how hooks are looked for: the file of each place is read, all at once, and judged by what was known of it. */
import { readHooks } from '../../config/hooks-file.ts';
import { lookedAt } from './scope.ts';
import type { Scope } from './scope.ts';

/** The scopes after another look at their files; see `lookedAt`. */
export function lookAt(scopes: readonly Scope[], isEmptying: boolean): Promise<readonly Scope[]> {
  return Promise.all(
    scopes.map(async (scope) => lookedAt(scope, await readHooks(scope.place.file), isEmptying)),
  );
}
