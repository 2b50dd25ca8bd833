/** Decides how coming fires are shown: in their zone, in UTC, and what the clock does to them. */
import { isoTime } from './json.ts';
import type { Printer } from './print.ts';
import { relativeTime } from './print.ts';

/** A fire to show; `trigger` is null for an expression alone. */
export interface Fire {
  readonly trigger: string | null;
  readonly at: number;
  readonly local: string;
  readonly note: string | null;
}

/** One line each, soonest first. */
export function printFires(fires: readonly Fire[], print: Printer, nowMs: number): void {
  const withTrigger = fires.some(({ trigger }) => trigger !== null);
  const titles = ['LOCAL', 'UTC', '', 'NOTE'];
  print.table(
    withTrigger ? ['TRIGGER', ...titles] : titles,
    fires.map(({ trigger, at, local, note }) => {
      const cells = [
        local,
        isoTime(at),
        relativeTime(at, nowMs),
        { text: note ?? '', style: 'yellow' } as const,
      ];
      return withTrigger ? [trigger ?? '', ...cells] : cells;
    }),
  );
}
