/** `/status` and `/health`: how the service is doing, in short for users and whole for operators. */
import type { ServiceStatus } from '../../core/views.ts';
import type { Asking, ChatCommand, ChatHandler } from '../command.ts';
import { mayDo } from '../roles.ts';
import { momentIn, uptime } from '../times.ts';
import { counted, pauseLine } from '../words.ts';

const handle: ChatHandler = async function describe(asking, { control, clock }) {
  const status = await control.status();
  const now = clock.now();
  const lines = mayDo(asking.role, 'operator') ? whole(status, asking, now) : short(status, now);
  return { text: lines.join('\n') };
};

/** Two lines for users, everything for operators. */
export const status: ChatCommand = {
  name: 'status',
  role: 'user',
  usage: [''],
  summary: 'how the service is doing',
  examples: [{ line: '/status', does: 'queue, bots, last reload, what is wrong' }],
  handle,
};

/** The name that monitoring goes by. */
export const health: ChatCommand = {
  name: 'health',
  role: 'user',
  usage: [''],
  summary: 'the same as /status',
  examples: [{ line: '/health', does: 'queue, bots, last reload, what is wrong' }],
  handle,
};

function short(status: ServiceStatus, now: number): readonly string[] {
  const { queue, version, startedAt, conditions } = status;
  const sign = status.paused ? '⏸ paused' : conditions.length === 0 ? '💚 ok' : '⚠️ degraded';
  return [
    `${sign}, untether ${version}, up ${uptime(now - startedAt)}`,
    `${queue.running} running, ${queue.queued} waiting, ${queue.scheduled} scheduled`,
  ];
}

function whole(status: ServiceStatus, { profile: { zone } }: Asking, now: number): readonly string[] {
  const { revision, hash, bots, outbox, lastReload, memoryBytes, lagMs, pauses, conditions, certificate } =
    status;
  const reload =
    lastReload === null
      ? 'none since the start'
      : `${lastReload.ok ? 'good' : 'refused'}, ${momentIn(zone, lastReload.at)}`;
  return [
    ...short(status, now),
    `revision ${revision} (${hash}), serving since ${momentIn(zone, status.servingSince)}`,
    `${counted(status.crons, 'cron')}${spent(status)}, ${counted(status.webhooks, 'webhook')}${status.enabled ? '' : ' (switched off)'}`,
    `address ${status.address ?? 'none: not listening'}`,
    ...(certificate === null ? [] : [`certificate until ${momentIn(zone, certificate.expiresAt)}`]),
    `last reload: ${reload}`,
    ...bots.map(({ name, state, detail }) => `bot ${name}: ${state}${detail === '' ? '' : ` (${detail})`}`),
    `messages: ${outbox.waiting} waiting, ${outbox.failed} refused, ${outbox.unknown} unknown`,
    `memory ${Math.round(memoryBytes / 1_048_576)} MB, event loop ${Math.round(lagMs)} ms late`,
    ...pauses.map((one) => pauseLine(one, zone)),
    ...conditions.map(({ severity, text }) => `${severity === 'error' ? '❌' : '⚠️'} ${text}`),
  ];
}

/** They are in the file and count as crons, but nothing of them is to come. */
function spent({ spentCrons }: ServiceStatus): string {
  return spentCrons === 0 ? '' : ` (${counted(spentCrons, 'spent one-shot')})`;
}
