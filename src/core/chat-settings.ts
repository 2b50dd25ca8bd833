/** Decides what the configuration says about chats: the bot, who may do what, and what each chat stands for. */
import type { Secret } from './secret.ts';

/** How a bot is reached. */
export interface BotSettings {
  /** `default`, or that of a `[[telegram.bots]]`. */
  readonly name: string;
  readonly token: Secret;
  /** Telegram's id of the bot's account: the digits before the colon of its token. */
  readonly account: string;
  /** `https://api.telegram.org`, without a slash at the end. */
  readonly apiRoot: string;
  /** The token of another account may take the place of this one's. */
  readonly accountChange: boolean;
}

/** What a chat means where a message in it leaves it open. */
export interface ChatProfile {
  readonly chat: number;
  readonly project?: string;
  readonly engine?: string;
  readonly model?: string;
  readonly reasoning?: string;
  readonly permissionMode?: string;
  /** IANA name of the zone that times are read and shown in. */
  readonly zone: string;
}

/** Which reloads chats are told of. */
export type ReloadNotices = 'all' | 'failures' | 'off';

export interface ChatSettings {
  /** By name, that of `[transports.telegram]` first; none: chat is off, but for the terminal. */
  readonly bots: ReadonlyMap<string, BotSettings>;
  /** The names of the bots that list a chat. */
  readonly botOfChat: ReadonlyMap<number, string>;
  /** Whether bots follow a save by themselves, or wait until somebody asks for it. */
  readonly botsFollow: 'auto' | 'manual';
  /** Numeric ids; operators are users and admins are operators. */
  readonly users: ReadonlySet<number>;
  readonly operators: ReadonlySet<number>;
  readonly admins: ReadonlySet<number>;
  /** Where messages go that belong to no other chat. */
  readonly defaultChat: number | undefined;
  /** The chats that the file says something about. */
  readonly profiles: ReadonlyMap<number, ChatProfile>;
  /** What every other chat stands for: those of users, the terminal. */
  readonly fallback: Omit<ChatProfile, 'chat'>;
  /** `/at` runs that may be pending in one chat. */
  readonly maxPending: number;
  /** Messages older than this when they are received are not acted on, ms. */
  readonly backlogMaxAgeMs: number;
  readonly reloadNotices: ReloadNotices;
  /** The default chat is told of every start. */
  readonly startupNotice: boolean;
}

/** The name of the bot of `[transports.telegram]`, which no other may have. */
export const DEFAULT_BOT = 'default';

/** The name of the bot that speaks to a chat: of the one that lists it, else of the first; undefined: there is none. */
export function botFor(
  chat: number,
  {
    bots,
    botOfChat,
  }: Pick<ChatSettings, 'botOfChat'> & { readonly bots: Pick<ChatSettings['bots'], 'keys'> },
): string | undefined {
  return botOfChat.get(chat) ?? bots.keys().next().value;
}

/** What a chat stands for, whether the file speaks of it or not. */
export function profileFor(
  { profiles, fallback }: Pick<ChatSettings, 'profiles' | 'fallback'>,
  chat: number,
): ChatProfile {
  return profiles.get(chat) ?? { chat, ...fallback };
}
