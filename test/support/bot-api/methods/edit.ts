/** Decides what editing and deleting do to a message, and when there is nothing to edit. */
import type { Chat, StoredMessage } from '../chat.ts';
import { checkCallbackData, keyboardOf } from '../keyboard.ts';
import { integerOf } from '../params.ts';
import { badRequest } from '../refusal.ts';
import { formattedText, MAX_TEXT } from '../text.ts';
import { wireMessage } from '../views.ts';
import type { Raw } from '../wire.ts';
import type { Method, Request } from './method.ts';

type Change = Partial<Pick<StoredMessage, 'text' | 'entities' | 'keyboard'>>;

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current ' +
  'content and reply markup of the message';

/** An edit without `reply_markup` takes the buttons away, as Telegram does. */
export const editMessageText: Method = (request) => {
  const complain = (what: string): unknown => request.world.complaints.push(`editMessageText: ${what}`);
  const content = formattedText(request.params, { text: 'text', entities: 'entities' }, complain);
  if (content.text === '') throw badRequest('message text is empty');
  const { chat, message } = editable(request);
  if (message.document !== undefined) throw badRequest('there is no text in the message to edit');
  if (content.text.length > MAX_TEXT) throw badRequest('message is too long');
  return change(request, { chat, message }, { ...content, keyboard: keyboardOf(request.params) });
};

export const editMessageReplyMarkup: Method = (request) =>
  change(request, editable(request), { keyboard: keyboardOf(request.params) });

export const deleteMessage: Method = ({ world, bot, params }) => {
  const chat = world.chats.find(bot, params['chat_id']);
  const message = chat.messages.get(integerOf(params, 'message_id') ?? 0);
  if (message === undefined) throw badRequest('message to delete not found');
  if (chat.wire.type === 'channel' && message.from.id !== bot.user.id)
    throw badRequest("message can't be deleted");
  chat.messages.delete(message.id);
  return true;
};

interface Target {
  readonly chat: Chat;
  readonly message: StoredMessage;
}

function editable({ world, bot, params }: Request): Target {
  const chat = world.chats.find(bot, params['chat_id']);
  const id = integerOf(params, 'message_id');
  if (id === undefined) throw badRequest('message identifier is not specified');
  const message = chat.messages.get(id);
  if (message === undefined) throw badRequest('message to edit not found');
  if (message.from.id !== bot.user.id) throw badRequest("message can't be edited");
  return { chat, message };
}

function change({ world, bot }: Request, { chat, message }: Target, to: Change): Raw {
  if (to.keyboard !== undefined) checkCallbackData(to.keyboard);
  if (contentOf({ ...message, ...to }) === contentOf(message)) throw badRequest(NOT_MODIFIED);
  world.meter.admit(bot.user.id, chat.id, 'edit');
  return wireMessage(chat, chat.edit(message, to));
}

function contentOf({ text, entities, keyboard }: StoredMessage): string {
  return JSON.stringify([text, entities, keyboard]);
}
