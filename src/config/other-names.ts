/** Decides which key is meant by a name that people know from elsewhere, too far from ours to be a slip of the hand. */
import { didYouMean } from '../core/suggest.ts';

/** What each may mean; the table in which it stands decides. */
const OTHER_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['cron', ['schedule', 'crons']],
  ['cron_expression', ['schedule']],
  ['expression', ['schedule']],
  ['crontab', ['schedule']],
  ['webhook', ['webhooks']],
  ['interval', ['every']],
  ['tz', ['timezone', 'default_timezone']],
  ['time_zone', ['timezone', 'default_timezone']],
  ['timezone', ['default_timezone']],
]);

/** `; did you mean "schedule"?` for a key that is none of `known`, or nothing when none is near. */
export function keyMeant(written: string, known: readonly string[]): string {
  const other = OTHER_NAMES.get(written.toLowerCase())?.find((name) => known.includes(name));
  return other === undefined ? didYouMean(written, known) : `; did you mean "${other}"?`;
}
