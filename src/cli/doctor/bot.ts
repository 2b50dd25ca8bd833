/** Decides whether the bot works: its token, nobody else who takes its messages, and the chat that it writes to. */
import type { BotSettings } from '../../core/chat-settings.ts';
import type { TelegramClient } from '../../telegram/client.ts';
import { conflictRemedy } from '../../telegram/conflict.ts';
import type { Failure } from '../../telegram/failure.ts';
import type { Facts } from './facts.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';
import { patiently } from './patience.ts';

const name = 'bot';

/** Asks the server; nothing is sent to anybody. */
export async function checkBot({ loaded, clock, askBot }: Facts): Promise<readonly Finding[]> {
  if (loaded === undefined) return [];
  const { bot, defaultChat } = loaded.snapshot.chat;
  const asked = await askBot();
  if (bot === undefined || asked === undefined)
    return [fine(name, 'none is configured: chat is off, but for `untether chat`')];
  const { client, me } = asked;
  if (!me.ok) return [refusal(me.failure, bot)];
  const [webhook, chat] = await Promise.all([
    patiently(clock, (signal) => client.getWebhookInfo(signal)),
    defaultChat === undefined ? undefined : patiently(clock, (signal) => client.getChat(defaultChat, signal)),
  ]);
  return [
    fine(name, `the token is good: @${me.value.username}`),
    webhookFinding(webhook, bot),
    chatFinding(chat, defaultChat),
  ];
}

function refusal({ kind, reason }: Failure, { apiRoot }: BotSettings): Finding {
  return kind === 'unauthorized'
    ? broken(
        { name, finding: `Telegram refuses the token (${reason})` },
        'copy the current one from @BotFather to [transports.telegram] bot_token',
      )
    : broken(
        { name, finding: `${apiRoot} cannot be reached: ${reason}` },
        'look at the network, the proxy, and [transports.telegram] api_root',
      );
}

type AnswerTo<Method extends 'getWebhookInfo' | 'getChat'> = Awaited<ReturnType<TelegramClient[Method]>>;

/** Of the address only the host is told: what follows it is often a secret. */
function webhookFinding(answered: AnswerTo<'getWebhookInfo'>, { apiRoot }: BotSettings): Finding {
  const about = 'bot webhook';
  if (!answered.ok) return doubtful({ name: about, finding: `not known: ${answered.failure.reason}` }, '');
  const { url } = answered.value;
  if (url === '') return fine(about, 'none is set: messages can be polled for');
  const host = URL.canParse(url) ? new URL(url).host : 'another program';
  return broken(
    { name: about, finding: `one is set to ${host}, which gets all messages: polling is refused (409)` },
    conflictRemedy('webhook', apiRoot),
  );
}

function chatFinding(answered: AnswerTo<'getChat'> | undefined, chat: number | undefined): Finding {
  const about = 'bot chat';
  if (answered === undefined) return fine(about, 'no chat_id: what belongs to no chat is told nobody');
  if (answered.ok) {
    const { title, kind } = answered.value;
    return fine(about, `${chat} is reached: ${title} (${kind})`);
  }
  return broken(
    { name: about, finding: `${chat} is not reached: ${answered.failure.reason}` },
    'write to the bot first, or add it to the group; or mend [transports.telegram] chat_id',
  );
}
