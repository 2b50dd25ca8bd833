/** Decides what a bot learns and sets about itself and its chats: who it is, its menus, its answers to buttons. */
import { integerOf, flagOf, listOf, objectOf, stringOf } from '../params.ts';
import { badRequest } from '../refusal.ts';
import type { BotCommand, Raw } from '../wire.ts';
import { isRaw } from '../wire.ts';
import type { Method } from './method.ts';

const MAX_COMMANDS = 100;
const MAX_ANSWER = 200;

const ACTIONS = new Set([
  'choose_sticker',
  'find_location',
  'record_video',
  'record_video_note',
  'record_voice',
  'typing',
  'upload_document',
  'upload_photo',
  'upload_video',
  'upload_video_note',
  'upload_voice',
]);

export const getMe: Method = ({ bot }) => ({
  ...bot.user,
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
});

export const getChat: Method = ({ world, bot, params }) => ({
  ...world.chats.find(bot, params['chat_id']).wire,
  accent_color_id: 0,
  max_reaction_count: 11,
});

export const sendChatAction: Method = ({ world, bot, params }) => {
  world.chats.find(bot, params['chat_id']);
  if (!ACTIONS.has(stringOf(params, 'action') ?? '')) throw badRequest('wrong parameter action in request');
  return true;
};

/** A query may be answered more than once, until it expires. */
export const answerCallbackQuery: Method = ({ world, bot, params }) => {
  const callbackId = stringOf(params, 'callback_query_id') ?? '';
  const text = stringOf(params, 'text') ?? '';
  if (!bot.callbacks.has(callbackId))
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  if (text.length > MAX_ANSWER) throw badRequest('MESSAGE_TOO_LONG');
  world.answers.push({ callbackId, text, isAlert: flagOf(params, 'show_alert') });
  return true;
};

export const setMyCommands: Method = ({ bot, params }) => {
  const commands = (listOf(params, 'commands') ?? []).map(commandOf);
  if (commands.length > MAX_COMMANDS) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  if (commands.length === 0) bot.commands.delete(menuOf(params));
  else bot.commands.set(menuOf(params), commands);
  return true;
};

export const getMyCommands: Method = ({ bot, params }) => bot.commands.get(menuOf(params)) ?? [];

function commandOf(given: unknown): BotCommand {
  const { command, description } = isRaw(given) ? given : {};
  if (typeof command !== 'string' || !/^\/?[a-z0-9_]{1,32}$/.test(command))
    throw badRequest('BOT_COMMAND_INVALID');
  if (typeof description !== 'string' || description === '' || description.length > 256)
    throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  return { command: command.replace(/^\//, ''), description };
}

/** `default`, `all_private_chats`, `chat:-100`, `chat_member:-100:7`; then `/de` for a language. */
function menuOf(params: Raw): string {
  const scope = objectOf(params, 'scope') ?? {};
  const parts = [
    stringOf(scope, 'type') ?? 'default',
    stringOf(scope, 'chat_id'),
    integerOf(scope, 'user_id'),
  ];
  const language = stringOf(params, 'language_code') ?? '';
  return parts.filter((part) => part !== undefined).join(':') + (language === '' ? '' : `/${language}`);
}
