/** Decides which methods there are; a name in any case finds its method, as it does at Telegram. */
import {
  answerCallbackQuery,
  getChat,
  getMe,
  getMyCommands,
  sendChatAction,
  setMyCommands,
} from './account.ts';
import { deleteMessage, editMessageReplyMarkup, editMessageText } from './edit.ts';
import type { Method } from './method.ts';
import { sendDocument, sendMessage } from './send.ts';
import { deleteWebhook, getUpdates, getWebhookInfo, setWebhook } from './updates.ts';

const METHODS: Readonly<Record<string, Method>> = {
  answerCallbackQuery,
  deleteMessage,
  deleteWebhook,
  editMessageReplyMarkup,
  editMessageText,
  getChat,
  getMe,
  getMyCommands,
  getUpdates,
  getWebhookInfo,
  sendChatAction,
  sendDocument,
  sendMessage,
  setMyCommands,
  setWebhook,
};

const BY_LOWER_CASE = new Map(
  Object.entries(METHODS).map(([name, run]) => [name.toLowerCase(), { name, run }]),
);

/** The method and its name as it is written; undefined: there is none. */
export function methodNamed(name: string): { readonly name: string; readonly run: Method } | undefined {
  return BY_LOWER_CASE.get(name.toLowerCase());
}
