/** Decides what a run is asked with from a chat: what the chat stands for now, and who is told. */
import type { Ask, ChatOrder } from '../core/control.ts';
import type { Asking } from './command.ts';

/** The prompt under the chat's project, engine and model. */
export function askOf({ profile }: Asking, prompt: string): Ask {
  const { project, engine, model, reasoning, permissionMode } = profile;
  return {
    prompt,
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
  return { to, ...(kind === 'message' && { replyTo: messageId }), request: id };
}
