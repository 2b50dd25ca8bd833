/** Decides everything that chats are told when an attempt ends. */
import type { Destination, OutgoingMessage } from '../../core/message.ts';
import type { EndedRun } from './ended.ts';
import { finalMessages } from './final.ts';
import { noticeMessages, saidMessages } from './notice.ts';

/**
 * The messages of a settlement, to be posted with it. A run of an agent that has a chat shows its end there; its notices
 * go to another chat only. All other runs are told of in notices, and in their own words where they have some.
 */
export function messagesOf(ended: EndedRun): readonly OutgoingMessage[] {
  const { chat, action } = ended.run.spec;
  const noticed = noticeChatOf(ended.run.spec);
  return [
    ...(chat !== undefined && action.kind === 'agent_run' ? finalMessages(ended, chat) : []),
    ...(chat === undefined ? [] : saidMessages(ended, chat)),
    ...(noticed === undefined ? [] : noticeMessages(ended, noticed)),
  ];
}

function noticeChatOf({ chat, noticeChat, action }: EndedRun['run']['spec']): Destination | undefined {
  if (action.kind !== 'agent_run' || chat === undefined) return noticeChat ?? chat;
  return noticeChat === undefined || isSame(noticeChat, chat) ? undefined : noticeChat;
}

function isSame(one: Destination, other: Destination): boolean {
  return one.bot === other.bot && one.chat === other.chat && one.thread === other.thread;
}
