/** Decides how a bot gets its updates: polled for, or (as far as anyone can see from here) by a webhook. */
import type { Bot } from '../bots.ts';
import { flagOf, integerOf, listOf, stringOf } from '../params.ts';
import { badRequest, conflict } from '../refusal.ts';
import type { Raw } from '../wire.ts';
import type { Method } from './method.ts';

const MAX_UPDATES = 100;
const MAX_TIMEOUT_SECONDS = 50;

export const getUpdates: Method = ({ bot, params, closed }) => {
  if (bot.webhookUrl !== '')
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  allow(bot, params);
  return bot.inbox.read({
    offset: integerOf(params, 'offset') ?? 0,
    limit: within(1, MAX_UPDATES, integerOf(params, 'limit') ?? MAX_UPDATES),
    timeoutSeconds: within(0, MAX_TIMEOUT_SECONDS, integerOf(params, 'timeout') ?? 0),
    closed,
  });
};

/** The webhook is never called: it only stands in the way of polling, until it is deleted. */
export const setWebhook: Method = ({ bot, params }) => {
  const url = stringOf(params, 'url') ?? '';
  if (url !== '' && !url.startsWith('https://'))
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  allow(bot, params);
  dropPending(bot, params);
  bot.webhookUrl = url;
  if (url !== '') bot.inbox.end(conflict('terminated by setWebhook request'));
  return true;
};

export const deleteWebhook: Method = ({ bot, params }) => {
  dropPending(bot, params);
  bot.webhookUrl = '';
  return true;
};

export const getWebhookInfo: Method = ({ bot }) => ({
  url: bot.webhookUrl,
  has_custom_certificate: false,
  pending_update_count: bot.inbox.queue.size,
  ...(bot.inbox.queue.allowed.length > 0 && { allowed_updates: bot.inbox.queue.allowed }),
});

function allow(bot: Bot, params: Raw): void {
  const kinds = listOf(params, 'allowed_updates');
  if (kinds !== undefined) bot.inbox.queue.allow(kinds.filter((kind) => typeof kind === 'string'));
}

function dropPending(bot: Bot, params: Raw): void {
  if (flagOf(params, 'drop_pending_updates')) bot.inbox.queue.clear();
}

function within(least: number, most: number, value: number): number {
  return Math.min(most, Math.max(least, value));
}
