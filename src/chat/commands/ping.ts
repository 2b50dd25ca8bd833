/** `/ping`: is it alive, and what does this chat wait for? */
import type { TriggerView } from '../../core/views.ts';
import { splitTriggerId } from '../../core/ids.ts';
import type { ChatCommand } from '../command.ts';
import { chatOf } from '../reach.ts';
import { distance, momentIn, uptime } from '../times.ts';
import { counted } from '../words.ts';

/** Of what belongs to this chat, whoever asks. */
export const ping: ChatCommand = {
  name: 'ping',
  role: 'user',
  usage: [''],
  summary: "uptime, this chat's triggers and the next fire",
  examples: [{ line: '/ping', does: 'says that it is alive' }],
  async handle(asking, { control, clock, startedAt }) {
    const all = await control.triggers({ chat: chatOf(asking) });
    const triggers = all.filter(({ disabled }) => disabled === null);
    const now = clock.now();
    const lines = [
      `🏓 pong — up ${uptime(now - startedAt)}`,
      ...triggerSummary(triggers),
      ...nextLine(triggers, asking.profile.zone, now),
    ];
    return { text: lines.join('\n') };
  },
};

function triggerSummary(triggers: readonly TriggerView[]): readonly string[] {
  if (triggers.length === 0) return [];
  const crons = triggers.filter(({ zone }) => zone !== null);
  const webhooks = triggers.length - crons.length;
  const parts = [
    ...(crons.length === 0 ? [] : [cronSummary(crons)]),
    ...(webhooks === 0 ? [] : [counted(webhooks, 'webhook')]),
  ].join(', ');
  const isHeld = triggers.every(({ pause }) => pause !== null);
  return [isHeld ? `⏸ triggers paused: ${parts} (suspended)` : `⏰ triggers: ${parts}`];
}

function cronSummary(crons: readonly TriggerView[]): string {
  const [only] = crons;
  if (only === undefined || crons.length > 1) return `${counted(crons.length, 'cron')}${over(crons)}`;
  return `1 cron (${splitTriggerId(only.id).name}, ${only.never ?? only.words})`;
}

/** Which of them wait for nothing: one-shots that have fired, dates that do not come. */
function over(crons: readonly TriggerView[]): string {
  // What fires at each start is called so already, and will.
  const count = crons.filter(({ never, words }) => never !== null && never !== words).length;
  return count === 0 ? '' : ` (${count} without a fire to come)`;
}

function nextLine(triggers: readonly TriggerView[], zone: string, now: number): readonly string[] {
  const next = triggers
    .flatMap(({ id, nextAt, pause }) => (nextAt === null || pause !== null ? [] : [{ id, nextAt }]))
    .reduce<{ id: string; nextAt: number } | undefined>(
      (first, one) => (first === undefined || one.nextAt < first.nextAt ? one : first),
      undefined,
    );
  return next === undefined
    ? []
    : [`next: ${next.id}, ${momentIn(zone, next.nextAt)}, ${distance(next.nextAt, now)}`];
}
