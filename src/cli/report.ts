/** Decides how what a reload did is shown. */
import type { ReloadReport } from '../core/event.ts';
import { splitTriggerId } from '../core/ids.ts';
import { printChanges } from './changes.ts';
import type { CommandContext } from './command-spec.ts';
import { printFires } from './fires.ts';
import { printIssues } from './issues.ts';

/** What is live now, what of the files is not, and what changed, with when it fires next. */
export async function printReport(report: ReloadReport, context: CommandContext): Promise<void> {
  const { print } = context;
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
  if (report.secrets.length > 0)
    print.line({ text: 'other secrets:', style: 'yellow' }, report.secrets.join(', '));
  await printNext(report, context);
}

// More than this nobody reads.
const SHOWN = 20;

async function printNext({ added, modified }: ReloadReport, context: CommandContext): Promise<void> {
  const { control, print, clock } = context;
  const crons = [...added, ...modified].filter((id) => splitTriggerId(id).kind === 'cron').slice(0, SHOWN);
  const next = await Promise.all(crons.map((trigger) => control.next({ trigger, count: 1 })));
  if (next.length > 0) await printFires(next.flat(), print, clock.now());
}
