/** Decides how coming fires are shown: in their zone, in UTC, the schedule in words, and what the clock does to them. */
import type { Upcoming } from '../core/views.ts';
import { isoTime } from './json.ts';
import type { Cell, Printer } from './print.ts';
import { relativeTime } from './print.ts';

/** A fire of a trigger, or, with null, of an expression alone. */
export type Fire = Omit<Upcoming, 'trigger'> & { readonly trigger: Upcoming['trigger'] | null };

/** One line each, soonest first, of several triggers. */
export async function printFires(fires: readonly Fire[], print: Printer, nowMs: number): Promise<void> {
  const rows = fires.map(async (fire) => {
    const [local, utc, distance, note] = timesOf(fire, nowMs);
    return [fire.trigger ?? '', local, utc, distance, await scheduleInWords(fire), note];
  });
  print.table(['TRIGGER', 'LOCAL', 'UTC', '', 'SCHEDULE', 'NOTE'], await Promise.all(rows));
}

/** The fires of one schedule, below what it is in words: `cron:nightly: 2:00 AM daily (Berlin)`. */
export async function printSchedule(
  fires: readonly Fire[],
  { print, nowMs }: { readonly print: Printer; readonly nowMs: number },
): Promise<void> {
  const [first] = fires;
  if (first === undefined) return;
  const words = await scheduleInWords(first);
  print.line(first.trigger === null ? words : `${first.trigger}: ${words}`);
  print.table(
    ['LOCAL', 'UTC', '', 'NOTE'],
    fires.map((fire) => timesOf(fire, nowMs)),
  );
}

function timesOf(fire: Fire, nowMs: number): readonly [string, string, string, Cell] {
  const note = { text: fire.note ?? '', style: 'yellow' } as const;
  return [fire.local, isoTime(fire.at), relativeTime(fire.at, nowMs), note];
}

/** `2:30 AM daily (Berlin)`. */
export async function scheduleInWords({
  trigger,
  expression,
  zone,
}: Pick<Fire, 'trigger' | 'expression' | 'zone'>): Promise<string> {
  // Loaded here, so that answers for scripts do without the words.
  const { scheduleWords } = await import('../service/schedule-words.ts');
  return scheduleWords({ expression, zone, seed: trigger ?? '' });
}
