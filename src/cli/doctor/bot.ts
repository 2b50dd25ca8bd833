/** Decides whether the bot works: its token, nobody else who takes its messages, and the chat that it writes to. */
import type { BotSettings } from '../../core/chat-settings.ts';
import type { BotReply } from './bot-api.ts';
import { callBot } from './bot-api.ts';
import type { Facts } from './facts.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'bot';

export async function checkBot(facts: Facts): Promise<readonly Finding[]> {
  const { loaded, clock, getMe } = facts;
  if (loaded === undefined) return [];
  const { bot, defaultChat } = loaded.snapshot.chat;
  const me = await getMe();
  if (bot === undefined || me === undefined)
    return [fine(name, 'none is configured: chat is off, but for `untether chat`')];
  if (me.kind !== 'answered') return [refusal(me, bot)];
  const [webhook, chat] = await Promise.all([
    callBot(bot, { method: 'getWebhookInfo' }, clock),
    defaultChat === undefined
      ? undefined
      : callBot(bot, { method: 'getChat', params: { chat_id: defaultChat } }, clock),
  ]);
  return [
    fine(name, `the token is good: @${wordOf(me.result['username'])}`),
    webhookFinding(webhook, bot),
    chatFinding(chat, defaultChat),
  ];
}

function refusal(me: Exclude<BotReply, { readonly kind: 'answered' }>, { apiRoot }: BotSettings): Finding {
  return me.kind === 'refused'
    ? broken(
        { name, finding: `Telegram refuses the token (${me.reason})` },
        'copy the current one from @BotFather to [transports.telegram] bot_token',
      )
    : broken(
        { name, finding: `${apiRoot} cannot be reached: ${me.reason}` },
        'look at the network, the proxy, and [transports.telegram] api_root',
      );
}

/** Of the address only the host is told: what follows it is often a secret. */
function webhookFinding(reply: BotReply, { apiRoot }: BotSettings): Finding {
  const about = 'bot webhook';
  if (reply.kind !== 'answered') return doubtful({ name: about, finding: `not known: ${reply.reason}` }, '');
  const url = wordOf(reply.result['url']);
  if (url === '') return fine(about, 'none is set: messages can be polled for');
  const host = URL.canParse(url) ? new URL(url).host : 'another program';
  return broken(
    { name: about, finding: `one is set to ${host}, which gets all messages: polling is refused (409)` },
    `clear it: curl ${apiRoot}/bot<TOKEN>/deleteWebhook`,
  );
}

function chatFinding(reply: BotReply | undefined, chat: number | undefined): Finding {
  const about = 'bot chat';
  if (reply === undefined) return fine(about, 'no chat_id: what belongs to no chat is told nobody');
  if (reply.kind === 'answered') {
    const { title, first_name: person, type } = reply.result;
    return fine(about, `${chat} is reached: ${wordOf(title) || wordOf(person)} (${wordOf(type)})`);
  }
  return broken(
    { name: about, finding: `${chat} is not reached: ${reply.reason}` },
    'write to the bot first, or add it to the group; or mend [transports.telegram] chat_id',
  );
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
