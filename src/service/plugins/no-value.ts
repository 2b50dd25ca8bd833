/** Decides what is said of a call into a plugin that came to no value. */
import type { CallResult } from '../../plugins/calls.ts';

/** A sentence without the plugin's name; undefined, no generation served. */
export function whyNoValue(result: Exclude<CallResult, { readonly kind: 'returned' }> | undefined): string {
  if (result === undefined) return 'it is not loaded';
  return result.kind === 'aborted' ? 'it was cut short' : result.reason;
}
