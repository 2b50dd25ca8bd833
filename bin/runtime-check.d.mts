/** What `decideRuntime` answers. */
export type RuntimeDecision =
  | { readonly kind: 'run' }
  | { readonly kind: 'respawn'; readonly runtime: string }
  | { readonly kind: 'refuse'; readonly message: string };

export function decideRuntime(found: string, runtime: string | null): RuntimeDecision;

export function chooseProgram(files: { readonly hasSource: boolean; readonly hasBundle: boolean }): string;

export function startsService(words: readonly string[]): boolean;
