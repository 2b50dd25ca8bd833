/** Decides what sendMessage and sendDocument do, and the order in which Telegram finds fault with them. */
import type { Chat, Draft, StoredDocument } from '../chat.ts';
import { checkCallbackData, keyboardOf } from '../keyboard.ts';
import { flagOf, integerOf, objectOf } from '../params.ts';
import { badRequest, Refusal } from '../refusal.ts';
import { formattedText, MAX_CAPTION, MAX_TEXT } from '../text.ts';
import { wireMessage } from '../views.ts';
import type { Raw } from '../wire.ts';
import { isRaw } from '../wire.ts';
import type { World } from '../world.ts';
import { nowSeconds } from './method.ts';
import type { Method, Request } from './method.ts';

type Content = Pick<Draft, 'text' | 'entities' | 'document'>;

const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;

export const sendMessage: Method = (request) => {
  const { params, world } = request;
  const complain = (what: string): unknown => world.complaints.push(`sendMessage: ${what}`);
  const content = formattedText(params, { text: 'text', entities: 'entities' }, complain);
  if (content.text === '') throw badRequest('message text is empty');
  return post(request, content, () => {
    if (content.text.length > MAX_TEXT) throw badRequest('message is too long');
  });
};

export const sendDocument: Method = (request) => {
  const { params, world } = request;
  const complain = (what: string): unknown => world.complaints.push(`sendDocument: ${what}`);
  const caption = formattedText(params, { text: 'caption', entities: 'caption_entities' }, complain);
  const document = documentOf(world, params['document']);
  return post(request, { ...caption, document }, () => {
    if (caption.text.length > MAX_CAPTION) throw badRequest('message caption is too long');
  });
};

function post({ world, bot, params }: Request, content: Content, checkLength: () => void): Raw {
  const keyboard = keyboardOf(params);
  const chat = world.chats.find(bot, params['chat_id']);
  const replyTo = replyTarget(chat, params);
  const thread = threadOf(chat, params, replyTo);
  checkLength();
  checkCallbackData(keyboard);
  world.meter.admit(bot.user.id, chat.id, 'message');
  const silent = flagOf(params, 'disable_notification');
  const draft = { ...content, keyboard, replyTo, thread, silent, from: bot.user, date: nowSeconds() };
  return wireMessage(chat, chat.post(draft));
}

function replyTarget(chat: Chat, params: Raw): number | undefined {
  const reply = objectOf(params, 'reply_parameters');
  const target =
    reply === undefined ? integerOf(params, 'reply_to_message_id') : integerOf(reply, 'message_id');
  if (target === undefined || chat.messages.has(target)) return target;
  if (flagOf(reply ?? params, 'allow_sending_without_reply')) return undefined;
  throw badRequest('message to be replied not found');
}

/** A reply goes where the message is that it replies to. */
function threadOf(chat: Chat, params: Raw, replyTo: number | undefined): number | undefined {
  const thread = integerOf(params, 'message_thread_id');
  if (thread !== undefined && chat.topics?.has(thread) === false)
    throw badRequest('message thread not found');
  return thread ?? (replyTo === undefined ? undefined : chat.messages.get(replyTo)?.thread);
}

function documentOf(world: World, given: unknown): StoredDocument {
  if (given === undefined || given === '') throw badRequest('there is no document in the request');
  if (typeof given === 'string') return knownDocument(world, given);
  if (!isRaw(given)) throw badRequest('wrong type of the document');
  const { name, text, size } = given;
  if (typeof name !== 'string' || typeof text !== 'string' || typeof size !== 'number' || size === 0)
    throw badRequest('file must be non-empty');
  if (size > MAX_DOCUMENT_BYTES) throw new Refusal(413, 'Request Entity Too Large');
  const document = { name, text, size, fileId: `file-${world.documents.size + 1}` };
  world.documents.set(document.fileId, document);
  return document;
}

function knownDocument({ documents }: World, fileId: string): StoredDocument {
  const document = documents.get(fileId);
  if (document === undefined) throw badRequest('wrong file identifier/HTTP URL specified');
  return document;
}
