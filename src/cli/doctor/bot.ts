/** Decides whether the bot works: its token, nobody else who takes its messages, and the chat that it writes to. */
import { DEFAULT_BOT } from '../../core/chat-settings.ts';
import type { BotSettings, ChatSettings } from '../../core/chat-settings.ts';
import type { Clock } from '../../core/clock.ts';
import type { TelegramClient } from '../../telegram/client.ts';
import { conflictRemedy } from '../../telegram/conflict.ts';
import type { Failure } from '../../telegram/failure.ts';
import type { AskedBot, Facts } from './facts.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';
import { patiently } from './patience.ts';

/** Asks the server; nothing is sent to anybody. */
export async function checkBot({ loaded, clock, askBots }: Facts): Promise<readonly Finding[]> {
  if (loaded === undefined) return [];
  const bots = await askBots();
  if (bots.length === 0) return [fine('bot', 'none is configured: chat is off, but for `untether chat`')];
  const findings = await Promise.all(bots.map((bot) => checkOne(bot, loaded.snapshot.chat, clock)));
  return findings.flat();
}

async function checkOne(
  { settings, client, me }: AskedBot,
  { defaultChat }: ChatSettings,
  clock: Clock,
): Promise<readonly Finding[]> {
  const isMain = settings.name === DEFAULT_BOT;
  const name = isMain ? 'bot' : `bot ${settings.name}`;
  if (!me.ok) return [refusal(me.failure, settings, name)];
  const [webhook, chat] = await Promise.all([
    patiently(clock, (signal) => client.getWebhookInfo(signal)),
    isMain && defaultChat !== undefined
      ? patiently(clock, (signal) => client.getChat(defaultChat, signal))
      : undefined,
  ]);
  return [
    fine(name, `the token is good: @${me.value.username}`),
    webhookFinding(webhook, settings, name),
    ...(isMain ? [chatFinding(chat, defaultChat)] : []),
  ];
}

function refusal({ kind, reason }: Failure, { apiRoot }: BotSettings, name: string): Finding {
  const isMain = name === 'bot';
  return kind === 'unauthorized'
    ? broken(
        { name, finding: `Telegram refuses the token (${reason})` },
        `copy the current one from @BotFather to ${isMain ? '[transports.telegram] bot_token' : '[[telegram.bots]] token'}`,
      )
    : broken(
        { name, finding: `${apiRoot} cannot be reached: ${reason}` },
        `look at the network, the proxy, and ${isMain ? '[transports.telegram]' : '[[telegram.bots]]'} api_root`,
      );
}

type AnswerTo<Method extends 'getWebhookInfo' | 'getChat'> = Awaited<ReturnType<TelegramClient[Method]>>;

/** Of the address only the host is told: what follows it is often a secret. */
function webhookFinding(
  answered: AnswerTo<'getWebhookInfo'>,
  { apiRoot }: BotSettings,
  bot: string,
): Finding {
  const about = `${bot} webhook`;
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
