/** Decides which events are worth a line in the log, and how loud. */
import type { AppEvent } from '../core/event.ts';
import type { Log } from '../core/log.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { Issue } from '../core/snapshot.ts';
import { localTime } from '../scheduler/upcoming.ts';

/** Writes events to the log; what goes well is quiet. */
export function eventLog(log: Log): (event: AppEvent) => void {
  return function write(event) {
    switch (event.kind) {
      case 'run':
        // What was missed is told once for each cron, by the scheduler: it may be thousands.
        return event.state === 'failed'
          ? log.warn('run failed', runFields(event))
          : log.debug(`run ${event.state}`, runFields(event));
      case 'said':
        return log.info('notice', { run: event.run, trigger: event.trigger, text: event.text });
      case 'delivery':
        return log.debug('delivery', {
          trigger: event.trigger,
          status: event.status,
          verdict: event.verdict,
          reason: event.reason,
        });
      case 'posted':
        return writeNotices(log, event.messages);
      case 'pause':
        return log.info(event.paused ? 'paused' : 'resumed', { trigger: event.trigger ?? 'everything' });
      case 'condition':
        return event.active
          ? log.warn('condition raised', event)
          : log.info('condition cleared', { code: event.code });
      case 'reload':
        return writeReload(log, event.report);
      case 'tz-data':
        return writeMoves(log, event);
      default:
        return event satisfies never;
    }
  };
}

function runFields(event: AppEvent & { kind: 'run' }): Record<string, unknown> {
  return { run: event.run, trigger: event.trigger, reason: event.reason, attempt: event.attempt };
}

/** What chats are told unasked of runs; notices of anything else follow from events that have lines of their own. */
function writeNotices(log: Log, messages: readonly OutgoingMessage[]): void {
  for (const { kind, run, to, content } of messages) {
    if (kind === 'notice' && run !== undefined)
      log.info('notice', { run, chat: to.chat, text: content.text });
  }
}

/** Writes what is wrong or odd about a configuration, one line each. */
export function narrateIssues(log: Log, issues: readonly Issue[]): void {
  for (const issue of issues) {
    const place = `${issue.file}:${issue.line}:${issue.column}`;
    log[issue.severity === 'error' ? 'error' : 'warn']('configuration', {
      place,
      path: issue.path,
      problem: issue.message,
    });
  }
}

function writeReload(log: Log, report: (AppEvent & { kind: 'reload' })['report']): void {
  const { ok, changed, source, revision, added, removed, modified, outcomes, needRestart, held } = report;
  // Under a name that says `secret`, the log would mask the names.
  const { secrets: rotated } = report;
  narrateIssues(log, report.issues);
  if (changed) log.info('configuration live', { source, revision, added, removed, modified, rotated });
  for (const { key, class: kind = 'applied', text } of outcomes)
    log.info('moved by the configuration', { key, class: kind, now: text });
  for (const { file, keeps } of held)
    log.error('included file refused', {
      file,
      instead: keeps ? 'what it last said goes on' : 'nothing of it',
    });
  if (!ok && held.length === 0)
    log.error('configuration refused, the last good one stays live', { source, revision });
  if (needRestart.length > 0) log.warn('these keys wait for a restart', { keys: needRestart });
}

function writeMoves(log: Log, { before, version, moved, more }: AppEvent & { kind: 'tz-data' }): void {
  if (moved.length === 0) return log.info('other time zone data, no fire moved', { version, before });
  for (const { trigger, zone, was, now } of moved) {
    const [fires, instead] = [now, was].map((at) => (at === undefined ? 'never' : localTime(at, zone)));
    log.warn('other time zone data moved a fire', { version, before, trigger, fires, instead });
  }
  if (more > 0) log.warn('other time zone data moved more fires', { version, before, more });
}
