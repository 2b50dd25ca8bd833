/** `untether status`: shows what the service is doing. */
import type { BotStatus, ServiceStatus } from '../../core/views.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { printIssues } from '../issues.ts';
import { statusJson } from '../json.ts';
import { printPauses } from '../pauses.ts';
import { counted, localTime, relativeTime } from '../print.ts';
import type { Cell } from '../print.ts';

export const handle: Handler = async function status(_input, context) {
  const answer = await context.control.status();
  if (context.print.json) context.print.value(statusJson(answer));
  else describe(answer, context);
  return exitCodes.ok;
};

const NAME_WIDTH = 11;

function describe(status: ServiceStatus, context: CommandContext): void {
  const { print, clock } = context;
  const { queue } = status;
  const row = (name: string, ...cells: readonly Cell[]): void => {
    print.line({ text: name.padEnd(NAME_WIDTH), style: 'gray' }, ...cells);
  };
  row(
    'service',
    `untether ${status.version}, process ${status.pid}, started ${relativeTime(status.startedAt, clock.now())}`,
  );
  row('address', status.address ?? { text: 'not listening', style: 'red' });
  if (status.certificate !== null) row('certificate', `until ${localTime(status.certificate.expiresAt)}`);
  row('file', status.configFile, `revision ${status.revision} (${status.hash})`);
  row('store', status.store);
  row(
    'triggers',
    `${counted(status.crons, 'cron')}${spent(status)}, ${counted(status.webhooks, 'webhook')}`,
    status.enabled ? '' : '(switched off: triggers.enabled = false)',
  );
  row('runs', `${queue.running} running, ${queue.queued} waiting, ${queue.scheduled} scheduled`);
  const received = Object.entries(status.deliveries.today);
  if (received.length > 0) {
    row('received', `${received.map(([verdict, count]) => `${count} ${verdict}`).join(', ')} today (UTC)`);
  }
  for (const bot of status.bots) row(`bot ${bot.name}`, ...botCells(bot));
  const { loaded, failed } = status.plugins;
  if (loaded + failed > 0) row('plugins', `${loaded} ok, ${failed} failed`);
  const outbox = outboxWords(status.outbox);
  if (outbox !== '') row('messages', outbox);
  row('tz data', status.tzData);
  if (status.pauses.length > 0) printPauses(status.pauses, context);
  if (status.lastReload?.ok === false) {
    print.line({ text: 'the last reload failed', style: 'red' }, localTime(status.lastReload.at));
    printIssues(status.lastReload.issues, print);
  }
  for (const { severity, text, since } of status.conditions) {
    print.line(
      { text: `${severity}:`, style: severity === 'error' ? 'red' : 'yellow' },
      text,
      `since ${localTime(since)}`,
    );
  }
}

/** They are in the file and count as crons, but nothing of them is to come. */
function spent({ spentCrons }: ServiceStatus): string {
  return spentCrons === 0 ? '' : ` (${counted(spentCrons, 'spent one-shot')})`;
}

/** Only a bot that polls is well; one that connects may be on its way there. */
function botCells({ state, detail }: BotStatus): readonly Cell[] {
  const style = state === 'polling' ? 'green' : state === 'connecting' ? 'yellow' : 'red';
  return [{ text: state, style }, detail];
}

/** Messages to chats that are not there yet, or never will be; empty when there are none. */
function outboxWords({ waiting, failed, unknown }: ServiceStatus['outbox']): string {
  const counts = [
    [waiting, 'waiting to be sent'],
    [failed, 'refused'],
    [unknown, 'of unknown fate'],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(', ');
}
