/** Decides what there is to say about a chat command: the row type of the one table, and what a handler is handed. */
import type { ChatProfile, ChatSettings } from '../core/chat-settings.ts';
import type { Clock } from '../core/clock.ts';
import type { Control } from '../core/control.ts';
import type { RunId } from '../core/ids.ts';
import type { Button, Mark, OutgoingMessage } from '../core/message.ts';
import type { Mask } from '../core/secret.ts';
import type { Incoming } from './incoming.ts';
import type { Role } from './roles.ts';

/** What chat commands work with: the port, and accessors of what is configured now. */
export interface ChatWorld {
  readonly control: Control;
  readonly settings: () => ChatSettings;
  /** Names of the engines that `/run` may name. */
  readonly engines: () => readonly string[];
  /** Commands that are not built in, such as those of plugins. */
  readonly more: () => readonly ChatCommand[];
  /** Masks the secrets of a text. */
  readonly mask: Mask;
  readonly clock: Clock;
  /** When this life of the service began, epoch ms. */
  readonly startedAt: number;
}

/** A command on its way to its handler. */
export interface Asking {
  readonly incoming: Incoming;
  /** What stands behind the command. */
  readonly text: string;
  readonly role: Role;
  /** What the chat stands for. */
  readonly profile: ChatProfile;
}

/** What is said in return: words, or messages with keys of their own. */
export type Said = Words | { readonly messages: readonly OutgoingMessage[] };

/** An answer. */
export interface Words {
  /** Any length: it is split, or sent as a file. */
  readonly text: string;
  readonly marks?: readonly Mark[];
  readonly buttons?: ReadonlyArray<readonly Button[]>;
  /** Sent as a file of this name when it is too long for a message. */
  readonly fileName?: string;
  /** The run that it is about: a reply to it means that one. */
  readonly run?: RunId;
}

/** Does what the command says; throws an `AppError` for everything that goes wrong. */
export type ChatHandler = (asking: Asking, world: ChatWorld) => Promise<Said>;

/** A line that works as it stands, and what it does. */
export interface ChatExample {
  readonly line: string;
  readonly does: string;
}

/** One command: help, reference, the bot's menu and the end-to-end test are made from this. */
export interface ChatCommand {
  /** Without `/`; letters, digits and `_` (Bot API, BotCommand). */
  readonly name: string;
  readonly role: Role;
  /** What may stand behind it: `WHEN PROMPT`, one line each; an empty one: nothing. */
  readonly usage: readonly string[];
  readonly summary: string;
  readonly examples: readonly ChatExample[];
  readonly handle: ChatHandler;
  /** What is said where that takes longer than a glance, by what stands behind the command; undefined: nothing. */
  readonly meanwhile?: (text: string) => string | undefined;
  /** It was meant for the life of the service that it was said to, and is left out by a later one. */
  readonly isAboutThisLife?: true;
}
