/** Decides when a save has taken away so much that it may be a mistake. */
import type { Issue, Snapshot } from '../core/snapshot.ts';
import type { TriggerDifference } from './diff.ts';

// Below this many triggers, losing half of them is nothing unusual.
const FEW = 4;

/** A warning about it, with the way back. */
export function greatLoss(
  { removed }: TriggerDifference,
  next: Snapshot,
  previous: Snapshot,
): readonly Issue[] {
  // Switching everything off is said by itself.
  if (!next.enabled) return [];
  const before = previous.crons.size + previous.webhooks.size;
  if (before < FEW || removed.length * 2 < before) return [];
  const message = `this save took away ${removed.length} of ${before} triggers; untether rollback, or /rollback in a chat, brings them back`;
  return [{ file: previous.file, line: 1, column: 1, path: 'triggers', message, severity: 'warning' }];
}
