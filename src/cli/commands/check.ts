/** `untether check`: says whether the configuration loads, and on which nights a clock change makes a difference. */
import { inFileOrder } from '../../config/issues.ts';
import type { LoadResult } from '../../config/loaded.ts';
import { nightIssues } from '../../config/nights.ts';
import type { Issue } from '../../core/snapshot.ts';
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { printIssues } from '../issues.ts';
import { counted } from '../print.ts';
import { issueJson } from '../json.ts';
import { loadOffline } from '../offline.ts';

export const handle: Handler = async function check(_input, context) {
  const { print, places } = context;
  const result = await loadOffline(context);
  const issues = await issuesIn(result, context.clock.now());
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

async function issuesIn(result: LoadResult, nowMs: number): Promise<readonly Issue[]> {
  if (!result.ok) return result.issues;
  const { loaded } = result;
  return inFileOrder([...loaded.snapshot.warnings, ...(await nightIssues(loaded, nowMs))]);
}
