/** `untether check`: says whether the configuration loads. */
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { printIssues } from '../issues.ts';
import { counted } from '../print.ts';
import { issueJson } from '../json.ts';
import { loadOffline } from '../offline.ts';

export const handle: Handler = async function check(_input, context) {
  const { print, places } = context;
  const result = await loadOffline(context);
  const issues = result.ok ? result.loaded.snapshot.warnings : result.issues;
  if (print.json) {
    print.value({ ok: result.ok, issues: issues.map(issueJson) });
  } else {
    printIssues(issues, print);
    if (result.ok) {
      const { crons, webhooks } = result.loaded.snapshot;
      print.line(
        { text: 'good:', style: 'green' },
        `${places.config().file} has ${counted(crons.size, 'cron')} and ${counted(webhooks.size, 'webhook')}`,
      );
    }
  }
  return result.ok ? exitCodes.ok : exitCodes.badConfiguration;
};
