/** Decides what can be pressed under a report: what stays as it is until somebody asks for it. */
import type { ReloadReport } from '../core/event.ts';
import type { Button } from '../core/message.ts';
import { buttonRow, buttonRows } from './buttons.ts';

/** A row for each bot that waits to be reloaded. */
export function reloadButtons({ outcomes }: ReloadReport): ReadonlyArray<readonly Button[]> {
  const waiting = outcomes.flatMap(({ bot }) => bot ?? []);
  return buttonRows(
    ...waiting.map((bot) => buttonRow({ label: `Reload ${bot}`, command: `/reload bot ${bot}` })),
  );
}
