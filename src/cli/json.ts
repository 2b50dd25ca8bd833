/** Decides the JSON that scripts read, version 1: times are ISO 8601 UTC with milliseconds, durations are milliseconds. */
import type {
  Explanation,
  HooksReload,
  MessageView,
  Plan,
  Replay,
  RevisionView,
  ServiceStatus,
  Taken,
  Upcoming,
  WholeReload,
} from '../core/views.ts';
import type { PluginReport, PluginsView } from '../core/plugin.ts';
import type { ReloadReport } from '../core/event.ts';
import type { Pause } from '../core/trigger-ledger.ts';
import type { LostReport } from '../core/report-ledger.ts';
import type { Attempt, Run } from '../core/run.ts';
import type { JsonObject } from '../core/json.ts';
import type { Issue } from '../core/snapshot.ts';

/** Epoch ms as JSON has it. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function isoOrNull(atMs: number | null | undefined): string | null {
  return atMs === null || atMs === undefined ? null : isoTime(atMs);
}

/** An element of `runs --json`. */
export function runJson(run: Run): JsonObject {
  return {
    id: run.id,
    trigger: run.trigger,
    source: run.source,
    state: run.state,
    reason: run.reason,
    dueAt: isoTime(run.dueAt),
    admittedAt: isoTime(run.admittedAt),
    startedAt: isoOrNull(run.startedAt),
    endedAt: isoOrNull(run.endedAt),
    revision: run.revision,
    origin: run.origin,
    attempts: run.attempts.map(attemptJson),
    payloadBytes: run.payloadBytes,
  };
}

function attemptJson({ number, startedAt, endedAt, exitCode, endedBy, reason }: Attempt): JsonObject {
  return { number, startedAt: isoTime(startedAt), endedAt: isoOrNull(endedAt), exitCode, endedBy, reason };
}

/** An element of `messages` in `runs ID --json`: that a run succeeded and that its message arrived are two facts. */
export function messageJson({ to, kind, state, reason, sentAt }: MessageView): JsonObject {
  const { bot, chat, thread } = to;
  const place = { bot, chat, ...(thread === undefined ? {} : { thread }) };
  return { to: place, kind, state, reason, sentAt: isoOrNull(sentAt) };
}

/** An element of `lostReports` in `runs ID --json`: a ping or callback that did not arrive and is tried no more. */
export function lostReportJson({ kind, attempts, reason, at }: LostReport): JsonObject {
  return { kind, attempts, reason, at: isoTime(at) };
}

/** `status --json`. */
export function statusJson(status: ServiceStatus): JsonObject {
  const { version, revision, hash, pid, address, paused, crons, spentCrons, webhooks, enabled } = status;
  const { queue, deliveries, lastReload, conditions, pauses, configFile, store, tzData } = status;
  const { bots, outbox, memoryBytes, lagMs, certificate } = status;
  return {
    version,
    revision,
    hash,
    pid,
    startedAt: isoTime(status.startedAt),
    servingSince: isoTime(status.servingSince),
    address,
    certificate:
      certificate === null
        ? null
        : { expiresAt: isoTime(certificate.expiresAt), fingerprint: certificate.fingerprint },
    paused,
    crons,
    spentCrons,
    webhooks,
    queue: { scheduled: queue.scheduled, queued: queue.queued, running: queue.running },
    deliveries: { today: { ...deliveries.today } },
    bots: bots.map(({ name, state, detail }) => ({ name, state, detail })),
    outbox: { waiting: outbox.waiting, failed: outbox.failed, unknown: outbox.unknown },
    plugins: { loaded: status.plugins.loaded, failed: status.plugins.failed },
    lastReload:
      lastReload === null
        ? null
        : { at: isoTime(lastReload.at), ok: lastReload.ok, issues: lastReload.issues.map(issueJson) },
    conditions: conditions.map(({ code, severity, text, since }) => ({
      code,
      severity,
      text,
      since: isoTime(since),
    })),
    enabled,
    pauses: pauses.map(pauseJson),
    configFile,
    store,
    tzData,
    memoryBytes,
    lagMs,
  };
}

/** An element of `pause --json`; `trigger` null means everything, `until` null means until it is resumed. */
export function pauseJson({ trigger, since, until, by }: Pause): JsonObject {
  return { trigger: trigger ?? null, since: isoTime(since), until: isoOrNull(until), by };
}

/** An element of `next --json`; `trigger` is null for an expression that belongs to none. */
export function upcomingJson(
  fire: Pick<Upcoming, 'at' | 'local' | 'note'> & { readonly trigger: string | null },
): JsonObject {
  return { trigger: fire.trigger, at: isoTime(fire.at), local: fire.local, note: fire.note };
}

/** `why --json`. */
export function explanationJson({ trigger, dueAt, state, reason, sentence, runId }: Explanation): JsonObject {
  return { trigger, dueAt: isoOrNull(dueAt), state, reason, sentence, runId };
}

/** `fire --json`, `at --json` and `retry --json`. */
export function takenJson({ run, dueAt }: Taken): JsonObject {
  return { run, dueAt: isoTime(dueAt) };
}

/** `replay --json`. */
export function replayJson({ runs, isCut }: Replay): JsonObject {
  const rows = runs.map(({ dueAt, ...run }) => ({ ...run, dueAt: isoTime(dueAt) }));
  return { runs: rows, isCut };
}

/** An element of `issues`, here and in `check --json`. */
export function issueJson({ file, line, column, path, message, severity }: Issue): JsonObject {
  return { file, line, column, path, message, severity };
}

/** `reload config --json`. */
export function reloadJson(report: ReloadReport): JsonObject {
  const { ok, changed, source, revision, hash, added, removed, modified, outcomes, needRestart, issues } =
    report;
  const at = isoTime(report.at);
  return {
    ok,
    changed,
    source,
    at,
    revision,
    hash,
    putBack: report.putBack,
    added,
    removed,
    modified,
    outcomes: outcomes.map(({ key, class: kind = 'applied', text }) => ({ key, class: kind, text })),
    needRestart,
    secrets: report.secrets,
    held: report.held.map(({ file, keeps }) => ({ file, keeps })),
    issues: issues.map(issueJson),
  };
}

/** `reload --json` of everything: that of the configuration, with the plugins and the hooks. */
export function wholeJson({ config, plugins, hooks }: WholeReload): JsonObject {
  return {
    ...reloadJson(config),
    ok: config.ok && hooks.ok && plugins.failed.length === 0,
    plugins: pluginReportJson(plugins),
    hooks: hooksJson(hooks),
  };
}

/** `reload hooks --json`. */
export function hooksJson({ ok, counts, files, issues }: HooksReload): JsonObject {
  return { ok, counts: { ...counts }, files, issues: issues.map(issueJson) };
}

/** `plugin reload --json`. */
export function pluginReportJson(report: PluginReport): JsonObject {
  return { ...report, failed: report.failed.map((one) => ({ ...one })) };
}

/** An element of `rollback --list --json`. */
export function revisionJson({ revision, hash, at, live, putBack }: RevisionView): JsonObject {
  return { revision, hash, at: isoTime(at), live, putBack };
}

/** `plan --json`; `live` is false when no service runs, so that everything in the file is new. */
export function planJson(plan: Plan, { live }: { readonly live: boolean }): JsonObject {
  const { ok, issues, added, removed, modified, next, routesOpened, routesClosed, needRestart } = plan;
  return {
    ok,
    live,
    issues: issues.map(issueJson),
    added,
    removed,
    modified,
    next: next.map(upcomingJson),
    routesOpened,
    routesClosed,
    needRestart,
    putBack: plan.putBack,
  };
}

/** `plugin status --json`. */
export function pluginsJson({ watching, folder, plugins, dormant }: PluginsView): JsonObject {
  return {
    watching,
    folder,
    plugins: plugins.map((one) => ({ ...one, lastAt: isoTime(one.lastAt) })),
    dormant: dormant.map(({ id, keptUntil }) => ({ id, keptUntil: isoTime(keptUntil) })),
  };
}
