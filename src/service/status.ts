/** Decides how the running service describes itself to people and monitors. */
import type { Clock } from '../core/clock.ts';
import type { BotStatus, ServiceStatus } from '../core/views.ts';
import type { PluginView } from '../core/plugin.ts';
import type { ReloadReport } from '../core/event.ts';
import type { DeliveryLedger } from '../core/delivery-ledger.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { utcDay } from '../core/day.ts';
import { countSpent } from '../scheduler/spent.ts';
import { tzDataVersion } from '../scheduler/zones.ts';
import type { HealthView, ReadyView } from '../server/routes/health.ts';
import type { Conditions } from '../telemetry/conditions.ts';
import { totalsOf } from './delivery-counters.ts';
import type { Listening } from './listening.ts';
import type { Pauses } from './pauses.ts';

/** What the descriptions are made from. */
export interface StatusDeps {
  readonly current: () => Snapshot;
  readonly ledger: Ledger;
  readonly deliveries: Pick<DeliveryLedger, 'deliveryCounts'>;
  readonly pauses: Pauses;
  readonly conditions: Conditions;
  readonly listening: () => Listening;
  readonly lastReload: () => ReloadReport | undefined;
  readonly bots: () => readonly BotStatus[];
  readonly plugins: () => readonly PluginView[];
  readonly lagMs: () => number;
  readonly isReady: () => boolean;
  readonly version: string;
  readonly startedAt: number;
  readonly clock: Clock;
}

/** Everything `status` shows. */
export async function describeService(deps: StatusDeps): Promise<ServiceStatus> {
  const queue = await deps.ledger.runs.counts();
  const today = await deps.deliveries.deliveryCounts({ sinceDay: utcDay(deps.clock.now()) });
  const outbox = await deps.ledger.chat.outboxCounts();
  const snapshot = deps.current();
  const spentCrons = await countSpent(snapshot.crons.values(), deps.ledger.triggers);
  const report = deps.lastReload();
  return {
    version: deps.version,
    revision: snapshot.revision,
    hash: snapshot.hash,
    pid: process.pid,
    startedAt: deps.startedAt,
    servingSince: Math.max(snapshot.loadedAt, deps.startedAt),
    memoryBytes: process.memoryUsage.rss(),
    lagMs: deps.lagMs(),
    address: deps.listening().bound?.url ?? null,
    certificate: certificateOf(deps.listening()),
    paused: deps.pauses.isAllPaused,
    pauses: deps.pauses.list(),
    enabled: snapshot.enabled,
    crons: snapshot.crons.size,
    spentCrons,
    webhooks: snapshot.webhooks.size,
    queue,
    deliveries: { today: totalsOf(today) },
    bots: deps.bots(),
    plugins: countPlugins(deps.plugins()),
    outbox,
    lastReload: report === undefined ? null : { at: report.at, ok: report.ok, issues: report.issues },
    conditions: deps.conditions.list(),
    configFile: snapshot.file,
    store: deps.ledger.location,
    tzData: tzDataVersion(process.versions),
  };
}

function certificateOf({ tls }: Listening): ServiceStatus['certificate'] {
  return tls === undefined ? null : { expiresAt: tls.validTo, fingerprint: tls.fingerprint };
}

function countPlugins(plugins: readonly PluginView[]): ServiceStatus['plugins'] {
  const count = (wanted: string): number => plugins.filter(({ state }) => state === wanted).length;
  return { loaded: count('loaded'), failed: count('failed') };
}

/** What `GET /health` shows. */
export function healthOf(deps: StatusDeps): HealthView {
  const { revision, crons, webhooks } = deps.current();
  const paused = deps.pauses.isAllPaused;
  const isDegraded = deps.conditions.list().some(({ severity }) => severity === 'error');
  return {
    status: paused ? 'paused' : isDegraded ? 'degraded' : 'ok',
    paused,
    webhooks: webhooks.size,
    crons: crons.size,
    version: deps.version,
    revision,
  };
}

/** What `GET /ready` shows. */
export function readinessOf(deps: Pick<StatusDeps, 'conditions' | 'isReady'>): ReadyView {
  const blocking = new Set<string>(deps.conditions.blocking());
  const conditions = deps.conditions.list().filter(({ code }) => blocking.has(code));
  const isReady = deps.isReady();
  const phase = { code: 'not_running', text: 'the service is starting or stopping' };
  return { ready: isReady && blocking.size === 0, conditions: isReady ? conditions : [phase, ...conditions] };
}
