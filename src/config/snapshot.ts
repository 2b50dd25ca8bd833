/** Decides how compiled parts become one immutable snapshot. */
import { deepFreeze } from '../core/freeze.ts';
import type { TriggerId } from '../core/ids.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { Issue, Snapshot } from '../core/snapshot.ts';
import type { CronTrigger, Trigger, WebhookTrigger } from '../core/trigger.ts';
import type { FrameParts } from './compile-frame.ts';
import type { Finished, TriggerMemory } from './compile-triggers.ts';

/** What a snapshot says about itself. */
export interface About {
  readonly revision: number;
  readonly hash: string;
  readonly file: string;
  readonly loadedAt: number;
  /** Absolute folder of commands without a project. */
  readonly cwd: string;
  readonly warnings: readonly Issue[];
}

/** Puts a snapshot together and freezes it; triggers that are switched off, one by one or all at once, are left out. */
export function buildSnapshot(
  parts: FrameParts & Pick<Snapshot, 'tls'>,
  finished: readonly Finished[],
  about: About,
): Snapshot {
  const isEnabled = ({ draft }: Finished): boolean => parts.enabled && draft.shape?.config.enabled !== false;
  const triggers = finished.filter(isEnabled).flatMap(({ trigger }) => trigger ?? []);
  const webhooks = triggers.filter((trigger) => trigger.kind === 'webhook');
  const { revision, hash, file, loadedAt, cwd, warnings } = about;
  const crons = triggers.filter((trigger) => trigger.kind === 'cron');
  const declared = finished.flatMap(({ trigger }) => (trigger?.kind === 'cron' ? trigger : []));
  const isOn = new Set(crons.map(({ id }) => id));
  return deepFreeze<Snapshot>({
    revision,
    hash,
    file,
    loadedAt,
    enabled: parts.enabled,
    server: parts.server,
    tls: parts.tls,
    limits: parts.limits,
    retention: parts.retention,
    log: parts.log,
    defaults: { policy: defaultPolicy('command'), engine: parts.defaultEngine, zone: parts.zone, cwd },
    crons: byId<CronTrigger>(crons),
    idleCrons: byId<CronTrigger>(declared.filter(({ id }) => !isOn.has(id))),
    declaredCrons: new Map(declared.map(({ id, armHash }) => [id, armHash])),
    webhooks: byId<WebhookTrigger>(webhooks),
    routes: new Map(webhooks.map((webhook) => [webhook.path, webhook])),
    projects: parts.projects,
    engines: parts.engines,
    chat: parts.chat,
    hooks: parts.hooks,
    plugins: parts.plugins,
    ...(parts.telemetry !== undefined && { telemetry: parts.telemetry }),
    secrets: new Map([...parts.secrets, ...finished.flatMap(({ secrets }) => secrets)]),
    warnings,
  });
}

/** What the next load takes from the triggers of this one. */
export function memoryOf(finished: readonly Finished[], contextKey: string): TriggerMemory {
  const withId = finished.filter(
    (one): one is Finished & { readonly trigger: Trigger } => one.trigger !== undefined,
  );
  return {
    byRaw: new Map(finished.map((one) => [one.draft.raw, one])),
    byId: new Map(withId.map((one) => [one.trigger.id, one])),
    contextKey,
  };
}

function byId<T extends Trigger>(triggers: readonly T[]): ReadonlyMap<TriggerId, T> {
  return new Map(triggers.map((trigger) => [trigger.id, trigger]));
}
