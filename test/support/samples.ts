/** Decides what an ordinary trigger, spec and schedule look like in tests; each test names only what it is about. */
import type { AgentAction, EngineSpec, RunPolicy, RunSpec } from '../../src/core/action.ts';
import type { Admission } from '../../src/core/admission.ts';
import type { ChatSettings } from '../../src/core/chat-settings.ts';
import type { ReloadReport } from '../../src/core/event.ts';
import { triggerId } from '../../src/core/ids.ts';
import { defaultMissed, defaultOverlap, defaultPolicy } from '../../src/core/policy.ts';
import type { ClaimedRun } from '../../src/core/run.ts';
import { newBootId, newRunId } from '../../src/core/ids.ts';
import type { Limits, Snapshot } from '../../src/core/snapshot.ts';
import type { CronTrigger, Schedule } from '../../src/core/trigger.ts';

/** A spec of the cron `name` that runs `true`. */
export function sampleSpec(name = 'job', policy: Partial<RunPolicy> = {}): RunSpec {
  return {
    trigger: triggerId('cron', name),
    action: {
      kind: 'command',
      argv: ['true'],
      shell: false,
      env: {},
      cwd: '/',
      stdin: 'none',
      allowFlags: false,
    },
    policy: { ...defaultPolicy('command'), ...policy },
    notifyOnSuccess: false,
    notifyOnFailure: false,
  };
}

/** A spec of the cron `name` that asks an agent. */
export function sampleAgentSpec(change: Partial<AgentAction> = {}, name = 'job'): RunSpec {
  const engine: EngineSpec = { name: 'claude', command: ['true'], output: 'text', env: {} };
  return {
    ...sampleSpec(name),
    action: { kind: 'agent_run', prompt: 'look', engine, cwd: '/', untrusted: false, ...change },
  };
}

/** A run of that spec on its way in, to begin at once. */
export function sampleAdmission(spec: RunSpec = sampleSpec(), change: Partial<Admission> = {}): Admission {
  return {
    id: newRunId(),
    trigger: spec.trigger,
    source: 'manual',
    dueAt: 0,
    admittedAt: 0,
    revision: 1,
    state: 'queued',
    reason: null,
    spec,
    limit: { kind: 'none' },
    ...change,
  };
}

/** A schedule that is due at every multiple of `everyMs` (epoch ms). */
export function everySchedule(everyMs: number): Schedule {
  return {
    expression: `every ${everyMs} ms`,
    zone: 'UTC',
    key: `every ${everyMs}`,
    next: (afterMs) => Math.floor(afterMs / everyMs + 1) * everyMs,
  };
}

export function sampleCron(name = 'job', change: Partial<CronTrigger> = {}): CronTrigger {
  const schedule = change.schedule ?? everySchedule(60_000);
  return {
    kind: 'cron',
    id: triggerId('cron', name),
    schedule,
    runOnce: false,
    overlap: defaultOverlap,
    missed: defaultMissed,
    jitterMs: 0,
    armHash: schedule.key,
    spec: sampleSpec(name, { maxConcurrent: 1 }),
    ...change,
  };
}

/** A claimed first attempt. */
export function sampleClaim(spec: RunSpec = sampleSpec(), change: Partial<ClaimedRun> = {}): ClaimedRun {
  return {
    id: newRunId(),
    trigger: spec.trigger,
    source: 'cron',
    dueAt: 0,
    admittedAt: 0,
    revision: 1,
    reason: null,
    spec,
    payload: undefined,
    attempt: 1,
    firstStartedAt: 0,
    owner: newBootId(),
    ...change,
  };
}

export function sampleLimits(change: Partial<Limits> = {}): Limits {
  return { maxConcurrent: 4, perEngine: {}, perProject: {}, drainTimeoutMs: 1_000, ...change };
}

/** Chat without a bot, and nobody in it. */
export function sampleChat(change: Partial<ChatSettings> = {}): ChatSettings {
  return {
    bots: new Map(),
    botOfChat: new Map(),
    botsFollow: 'auto',
    users: new Set(),
    operators: new Set(),
    admins: new Set(),
    defaultChat: undefined,
    profiles: new Map(),
    fallback: { zone: 'UTC' },
    maxPending: 20,
    backlogMaxAgeMs: 6 * 3_600_000,
    reloadNotices: 'all',
    startupNotice: false,
    ...change,
  };
}

/** That a watched file was saved, of which nothing is told but that something changed. */
export function sampleReport(change: Partial<ReloadReport> = {}): ReloadReport {
  return {
    ...{ ok: true, recovers: false, changed: true, source: 'watch', at: 0 },
    ...{ revision: 4, hash: 'abc', putBack: null },
    ...{ added: [], removed: [], modified: [], outcomes: [], secrets: [], needRestart: [] },
    ...{ held: [], issues: [] },
    ...change,
  };
}

/** A snapshot that holds these crons and nothing else. */
export function sampleSnapshot(crons: readonly CronTrigger[] = [], change: Partial<Snapshot> = {}): Snapshot {
  return {
    revision: 1,
    hash: 'abc',
    file: '/untether.toml',
    loadedAt: 0,
    enabled: true,
    server: {
      host: '127.0.0.1',
      port: 0,
      rateLimit: 60,
      rateLimitTotal: 600,
      maxBodyBytes: 1_048_576,
      trustedProxies: [],
      allowUnauthenticated: false,
    },
    tls: undefined,
    limits: sampleLimits(),
    retention: { maxAgeMs: 86_400_000, maxRuns: 1_000 },
    log: { level: 'info' },
    defaults: { policy: defaultPolicy('command'), zone: 'UTC', cwd: '/' },
    crons: new Map(crons.map((cron) => [cron.id, cron])),
    idleCrons: new Map(),
    declaredCrons: new Map(crons.map((cron) => [cron.id, cron.armHash])),
    webhooks: new Map(),
    routes: new Map(),
    projects: new Map(),
    engines: new Map(),
    chat: sampleChat(),
    hooks: [{ file: '/etc/untether/hooks.toml', isNamed: false }],
    plugins: { enabled: true, only: [], folder: '/nowhere/plugins', named: new Map() },
    secrets: new Map(),
    warnings: [],
    ...change,
  };
}
