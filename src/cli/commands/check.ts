/** `untether check`: says whether the configuration loads, and on which nights a clock change makes a difference. */
import { inFileOrder } from '../../config/issues.ts';
import { issuesIn } from '../../config/loaded.ts';
import type { Loaded, LoadResult } from '../../config/loaded.ts';
import { nightIssues } from '../../config/nights.ts';
import type { Issue } from '../../core/snapshot.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { printIssues } from '../issues.ts';
import { counted } from '../print.ts';
import { issueJson } from '../json.ts';
import { loadOffline } from '../offline.ts';
import { lookAt } from '../../service/hooks/look.ts';
import { unread } from '../../service/hooks/scope.ts';
import { readPin } from '../../service/pinned.ts';

export const handle: Handler = async function check(_input, context) {
  const { print } = context;
  const result = await loadOffline(context);
  const issues = await saidOf(result, context);
  // A start does without an included file that is wrong; whoever asks about the files wants to know.
  const isGood = issues.every(({ severity }) => severity !== 'error');
  if (print.json) {
    print.value({ ok: isGood, issues: issues.map(issueJson), ...filesIn(result) });
  } else {
    printIssues(issues, print);
    if (result.ok && isGood) describe(result.loaded, context);
  }
  return isGood ? exitCodes.ok : exitCodes.badConfiguration;
};

function describe({ snapshot, documents }: Loaded, { print }: CommandContext): void {
  const { file, crons, webhooks } = snapshot;
  const counts = `${counted(crons.size, 'cron')} and ${counted(webhooks.size, 'webhook')}`;
  const [, ...included] = documents;
  const all = included.length === 0 ? file : `${file} with ${counted(included.length, 'included file')}`;
  print.line({ text: 'good:', style: 'green' }, `${all} has ${counts}`);
  for (const one of included) print.line(`  ${one.file}`);
}

/** Of a configuration of several files, those that were taken; those that were not are in the issues. */
function filesIn(result: LoadResult): { readonly files?: readonly string[] } {
  const files = result.ok ? result.loaded.documents.map(({ file }) => file) : [];
  return files.length > 1 ? { files } : {};
}

async function saidOf(result: LoadResult, { places, clock }: CommandContext): Promise<readonly Issue[]> {
  if (!result.ok) return result.issues;
  const { loaded } = result;
  const pin = await readPin(places.stateDir());
  const over = pin?.over === loaded.hash ? [putBackIssue(loaded.snapshot.file, pin.revision)] : [];
  return inFileOrder([
    ...over,
    ...issuesIn(result),
    ...(await nightIssues(loaded, clock.now())),
    ...(await hookIssues(loaded.snapshot.hooks)),
  ]);
}

/** A start denies the runs that a wrong file of hooks is about. */
async function hookIssues(places: Loaded['snapshot']['hooks']): Promise<readonly Issue[]> {
  const scopes = await lookAt(places.map(unread), false);
  return scopes.flatMap(({ issues }) => issues);
}

function putBackIssue(file: string, revision: number): Issue {
  const message = `revision ${revision} was put back, and is live until this file changes`;
  return { file, line: 1, column: 1, path: '', message, severity: 'warning' };
}
