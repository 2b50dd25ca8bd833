/** Decides how a reload reads in a chat: what came, went and changed, or what is wrong and where. */
import { formatDuration } from '../core/duration.ts';
import type { HeldBack, ReloadReport } from '../core/event.ts';
import { hookCounts } from '../core/hook.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Issue } from '../core/snapshot.ts';
import type { BotReload, HooksReload, TelemetryReload, WholeReload } from '../core/views.ts';
import { pluginReportLines } from './plugin-lines.ts';

/** When a trigger fires next, in words; undefined: nobody knows, or never. */
export type FireOf = (trigger: TriggerId) => string | undefined;

// More than this nobody reads, and it would not be one message.
const SHOWN = 20;

/** The report, a line for each thing: what is live, what is not, and what changed. */
export function reportLines(report: ReloadReport, fireOf: FireOf = () => undefined): readonly string[] {
  const { ok, changed, issues, held } = report;
  const errors = issues.filter(({ severity }) => severity === 'error');
  const warnings = issues.filter(({ severity }) => severity === 'warning');
  const isOneFile = new Set(issues.map(({ file }) => file)).size <= 1 && held.length === 0;
  const place = ({ file, line, column }: Issue): string =>
    `${isOneFile ? '' : `${file} `}line ${line}:${column}`;
  const wrong = errors.map((issue) => placed(place(issue), issue));
  if (!ok && held.length === 0) return [notTaken(report), ...bounded(wrong)];
  return [
    ...head(report),
    ...named('added', report.added),
    ...named('removed', report.removed),
    ...named('changed', report.modified),
    ...report.outcomes.map(({ key, text }) => `${key}: ${text}`),
    ...named('other secrets', report.secrets),
    ...named('⚠️ waiting for a restart', report.needRestart),
    ...held.map(heldLine),
    ...bounded(wrong),
    ...bounded(changed ? warnings.map((issue) => placed(`⚠️ line ${issue.line}`, issue)) : []),
    ...bounded([...report.added, ...report.modified].flatMap((id) => fireLine(id, fireOf))),
    ...(report.recovers ? ['💚 the configuration loads again'] : []),
  ];
}

function notTaken({ revision }: ReloadReport): string {
  return `❌ the configuration was not taken, revision ${revision} stays live:`;
}

function head({ changed, revision, putBack }: ReloadReport): readonly string[] {
  return [
    changed ? `♻️ revision ${revision} is live` : `♻️ nothing has changed, revision ${revision} is live`,
    ...(putBack === null ? [] : [`⏪ this is revision ${putBack}, put back until the file changes`]),
  ];
}

function fireLine(id: TriggerId, fireOf: FireOf): readonly string[] {
  const fire = fireOf(id);
  return fire === undefined ? [] : [`${id} fires ${fire}`];
}

function heldLine({ file, keeps }: HeldBack): string {
  return `❌ ${file} was not taken: ${keeps ? 'what it last said goes on' : 'nothing of it is live'}`;
}

/** What reloading bots came to, a line for each. */
export function botReloadLines(reloads: readonly BotReload[]): readonly string[] {
  return reloads.map(({ bot, how, tookMs }) => `bot ${bot} is ${how} (${formatDuration(tookMs)})`);
}

/** What reading the files of hooks again came to: how many are in force, and what is wrong on disk. */
export function hooksReloadLines({ ok, counts, issues }: HooksReload): readonly string[] {
  const lines = issues.map((issue) => {
    const { file, line, column, severity } = issue;
    return placed(`${severity === 'error' ? '❌' : '⚠️'} ${file} line ${line}:${column}`, issue);
  });
  const head = ok ? 'hooks reloaded' : 'hooks not reloaded, those before stay in force';
  return [`${head}: ${hookCounts(counts)}`, ...bounded(lines)];
}

/** What beginning telemetry anew came to: where spans go now, and what was lost on the way. */
export function telemetryReloadLines({ target, dropped }: TelemetryReload): readonly string[] {
  return [
    target === null
      ? 'telemetry is off: [telemetry] names no endpoint'
      : `telemetry reloaded: spans go to ${target}`,
    ...(dropped === 0 ? [] : [`⚠️ spans that could not be sent: ${dropped}`]),
  ];
}

/** What became of the plugins and the hooks where all was read again. */
export function besideLines({ plugins, hooks }: WholeReload): readonly string[] {
  const [counts = '', ...failures] = pluginReportLines(plugins);
  return [`plugins: ${counts}`, ...failures, ...hooksReloadLines(hooks)];
}

/** A file that cannot be parsed is wrong in no key. */
function placed(place: string, { path, message }: Issue): string {
  return `${place}${path === '' ? '' : ` ${path}`}: ${message}`;
}

function named(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return [`${what}: ${names.slice(0, SHOWN).join(', ')}${more}`];
}

function bounded(lines: readonly string[]): readonly string[] {
  return lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more`];
}
