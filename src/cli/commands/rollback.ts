/** `untether rollback`: puts an earlier configuration back until the file changes, or lists those there are. */
import type { RevisionView } from '../../core/views.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { usage } from '../input.ts';
import type { Input } from '../input.ts';
import { reloadJson, revisionJson } from '../json.ts';
import { localTime } from '../print.ts';
import { printReport } from '../report.ts';
import { refuseOtherFile } from '../same-file.ts';

export const handle: Handler = async function rollback(input, context) {
  const { control, print } = context;
  await refuseOtherFile(context);
  if (input.isSet('list')) return list(await control.revisions(), context);
  const to = revisionIn(input);
  const report = await control.rollback({ to, source: 'command' });
  if (print.json) print.value(reloadJson(report));
  else await printReport(report, context);
  return report.ok ? exitCodes.ok : exitCodes.badConfiguration;
};

function revisionIn(input: Input): number | undefined {
  const word = input.arg(0);
  if (word === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(word)) return Number(word);
  throw usage(`"${word}" is no number of a revision; untether rollback --list shows them`);
}

function list(revisions: readonly RevisionView[], { print }: CommandContext): number {
  if (print.json) print.value(revisions.map(revisionJson));
  else
    for (const { revision, hash, at, live, putBack } of revisions) {
      const again = putBack === null ? '' : `, revision ${putBack} put back until the file changes`;
      print.line(`${revision}`.padStart(6), hash, localTime(at), {
        text: live ? `live${again}` : '',
        style: 'green',
      });
    }
  return exitCodes.ok;
}
