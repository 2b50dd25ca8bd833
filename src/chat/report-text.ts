/** Decides how a report reads where somebody asked for it: with when each cron that came or changed fires next. */
import type { Control } from '../core/control.ts';
import type { ReloadReport } from '../core/event.ts';
import { splitTriggerId } from '../core/ids.ts';
import type { WholeReload } from '../core/views.ts';
import { besideLines, reportLines } from './reload-lines.ts';
import { momentIn } from './times.ts';

/** The report in the words of a chat whose zone this is. */
export function reportText(report: ReloadReport, control: Pick<Control, 'next'>, zone: string): string {
  const lines = reportLines(report, (id) => {
    if (splitTriggerId(id).kind !== 'cron') return undefined;
    const [fire] = control.next({ trigger: id, count: 1 });
    return fire && momentIn(zone, fire.at);
  });
  return lines.join('\n');
}

/** The same with the plugins' line and the hooks' counts, and what is wrong with either. */
export function wholeText(whole: WholeReload, control: Pick<Control, 'next'>, zone: string): string {
  return [reportText(whole.config, control, zone), ...besideLines(whole)].join('\n');
}
