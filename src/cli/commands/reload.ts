/** `untether reload`: loads the configuration again and says what is live. */
import type { ReloadReport } from '../../core/event.ts';
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { printIssues } from '../issues.ts';
import { reloadJson } from '../json.ts';
import { printChanges } from '../changes.ts';
import type { Printer } from '../print.ts';
import { refuseOtherFile } from '../same-file.ts';

export const handle: Handler = async function reload(_input, context) {
  const { control, print } = context;
  await refuseOtherFile(context);
  const report = await control.reload('command');
  if (print.json) print.value(reloadJson(report));
  else describe(report, print);
  return report.ok ? exitCodes.ok : exitCodes.badConfiguration;
};

function describe(report: ReloadReport, print: Printer): void {
  printIssues(report.issues, print);
  if (!report.ok)
    print.line(
      { text: 'not reloaded:', style: 'red' },
      `revision ${report.revision} (${report.hash}) stays live`,
    );
  else if (!report.changed) print.line(`revision ${report.revision} (${report.hash}) is live already`);
  else
    print.line({ text: 'reloaded:', style: 'green' }, `revision ${report.revision} (${report.hash}) is live`);
  printChanges(report, print);
}
