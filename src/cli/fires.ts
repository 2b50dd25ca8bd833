/** Decides how coming fires are shown: in their zone, in UTC, the schedule in words, and what the clock does to them. */
import type { Upcoming } from '../core/views.ts';
import { isoTime } from './json.ts';
import type { Printer } from './print.ts';
import { relativeTime } from './print.ts';

/** A fire of a trigger, or, with null, of an expression alone. */
export type Fire = Upcoming | (Pick<Upcoming, 'at' | 'local' | 'note'> & { readonly trigger: null });

/** One line each, soonest first. */
export async function printFires(fires: readonly Fire[], print: Printer, nowMs: number): Promise<void> {
  const withTrigger = fires.some(({ trigger }) => trigger !== null);
  const rows = fires.map(async (fire) => {
    const note = { text: fire.note ?? '', style: 'yellow' } as const;
    const times = [fire.local, isoTime(fire.at), relativeTime(fire.at, nowMs)];
    return fire.trigger === null
      ? [...times, note]
      : [fire.trigger, ...times, await scheduleInWords(fire), note];
  });
  const titles = withTrigger
    ? ['TRIGGER', 'LOCAL', 'UTC', '', 'SCHEDULE', 'NOTE']
    : ['LOCAL', 'UTC', '', 'NOTE'];
  print.table(titles, await Promise.all(rows));
}

/** `2:30 AM daily (Berlin)`. */
export async function scheduleInWords({
  expression,
  zone,
}: Pick<Upcoming, 'expression' | 'zone'>): Promise<string> {
  // Loaded here, so that answers for scripts do without the words.
  const { describeCron } = await import('../triggers/describe.ts');
  return describeCron(expression, zone);
}
