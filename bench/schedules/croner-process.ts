/** Decides what is compared with: Croner's own timers, 1,000 jobs due every second, that store nothing. */
import { Cron } from 'croner';
import { report } from '../report.ts';

/** Lateness of every call, ms. */
export interface CronerReport {
  readonly lateMs: readonly number[];
}

const UNCOUNTED_MS = 2_000;
const [count = 1_000, seconds = 5] = process.argv.slice(2).map(Number);
const lateMs: number[] = [];
const startedAt = Date.now();
const jobs = Array.from(
  { length: count },
  () =>
    new Cron('* * * * * *', { timezone: 'Europe/Berlin' }, () => {
      const now = Date.now();
      // A call belongs to the second that began last: Croner never calls early, and seldom a whole second late.
      if (now - startedAt > UNCOUNTED_MS) lateMs.push(now % 1_000);
    }),
);
setTimeout(
  () => {
    for (const job of jobs) job.stop();
    report({ lateMs } satisfies CronerReport);
  },
  UNCOUNTED_MS + seconds * 1_000,
);
