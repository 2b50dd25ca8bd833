/** Decides what a run is asked with from a chat: what the chat stands for now, and who is told. */
import type { ChatProfile } from '../core/chat-settings.ts';
import type { Ask, ChatOrder } from '../core/control.ts';
import { chatKey } from '../core/message.ts';
import type { Asking } from './command.ts';

/** The prompt under the chat's project, engine and model. */
export function askOf({ profile }: Asking, prompt: string): Ask {
  return { prompt, ...mannerOf(profile) };
}

/** How the chat's agents are asked. */
export function mannerOf(profile: ChatProfile): Omit<Ask, 'prompt' | 'continues'> {
  const { project, engine, model, reasoning, permissionMode } = profile;
  return {
    ...(project !== undefined && { project }),
    ...(engine !== undefined && { engine }),
    ...(model !== undefined && { model }),
    ...(reasoning !== undefined && { reasoning }),
    ...(permissionMode !== undefined && { permissionMode }),
  };
}

/** The chat and topic as the place that is told, and the message as the request. */
export function orderOf({ incoming }: Pick<Asking, 'incoming'>): ChatOrder {
  const { kind, to, messageId, id } = incoming;
  const isReply = kind === 'message' && messageId !== undefined;
  return { to, ...(isReply && { replyTo: messageId }), request: id };
}

/**
 * The same, for what the button of one message asks for once and for all: pressed again, by whomever, it is the same
 * request.
 */
export function onceOf({ incoming }: Pick<Asking, 'incoming'>): ChatOrder {
  const { kind, to, messageId, command = '', text } = incoming;
  const order = orderOf({ incoming });
  if (kind !== 'press' || messageId === undefined) return order;
  return { ...order, request: `press:${chatKey(to)}:${messageId}:/${command} ${text}` };
}
