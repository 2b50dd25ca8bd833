/** Decides how a reload reads in a chat: what came, went and changed, or what is wrong and where. */
import { formatDuration } from '../core/duration.ts';
import type { ReloadReport } from '../core/event.ts';
import type { Issue } from '../core/snapshot.ts';
import type { BotReload } from '../core/views.ts';

/** The report, a line for each thing. */
export function reportLines(report: ReloadReport): readonly string[] {
  const { ok, changed, revision, issues, outcomes, needRestart, held, putBack } = report;
  const errors = issues.filter(({ severity }) => severity === 'error');
  const warnings = issues.filter(({ severity }) => severity === 'warning');
  if (!ok && held.length === 0)
    return [`❌ the configuration was not taken, revision ${revision} stays live:`, ...errors.map(wrong)];
  return [
    changed ? `♻️ revision ${revision} is live` : `♻️ nothing has changed, revision ${revision} is live`,
    ...(putBack === null ? [] : [`⏪ this is revision ${putBack}, put back until the file changes`]),
    ...named('added', report.added),
    ...named('removed', report.removed),
    ...named('changed', report.modified),
    ...outcomes.map(({ key, text }) => `${key}: ${text}`),
    ...(needRestart.length === 0 ? [] : [`⚠️ waiting for a restart: ${needRestart.join(', ')}`]),
    ...held.map(
      ({ file, keeps }) =>
        `❌ ${file} was not taken: ${keeps ? 'what it last said goes on' : 'nothing of it is live'}`,
    ),
    ...errors.map(wrong),
    ...(changed ? warnings.map((issue) => placed(`⚠️ line ${issue.line}`, issue)) : []),
  ];
}

/** What reloading bots came to, a line for each. */
export function botReloadLines(reloads: readonly BotReload[]): readonly string[] {
  return reloads.map(({ bot, how, tookMs }) => `bot ${bot} is ${how} (${formatDuration(tookMs)})`);
}

function wrong(issue: Issue): string {
  return placed(`line ${issue.line}:${issue.column}`, issue);
}

/** A file that cannot be parsed is wrong in no key. */
function placed(place: string, { path, message }: Issue): string {
  return `${place}${path === '' ? '' : ` ${path}`}: ${message}`;
}

function named(what: string, ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : [`${what}: ${ids.join(', ')}`];
}
