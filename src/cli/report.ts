/** Decides how what a reload did is shown. */
import type { ReloadReport } from '../core/event.ts';
import { printChanges } from './changes.ts';
import { printIssues } from './issues.ts';
import type { Printer } from './print.ts';

/** What is live now, what of the files is not, and what changed. */
export function printReport(report: ReloadReport, print: Printer): void {
  printIssues(report.issues, print);
  const { revision, hash, held, putBack } = report;
  const live = `revision ${revision} (${hash})`;
  if (!report.ok && held.length === 0)
    print.line({ text: 'not reloaded:', style: 'red' }, `${live} stays live`);
  else if (!report.changed) print.line(`${live} is live already`);
  else print.line({ text: 'reloaded:', style: 'green' }, `${live} is live`);
  if (putBack !== null)
    print.line({ text: 'put back:', style: 'yellow' }, `this is revision ${putBack}, until the file changes`);
  for (const { file, keeps } of held) {
    const rest = keeps ? 'what it last said goes on' : 'nothing of it is live';
    print.line({ text: 'not taken:', style: 'red' }, `${file}: ${rest}`);
  }
  printChanges(report, print);
}
