/** Decides what is said when a message could not be delivered: to an admin once, or to the chat that may have missed it. */
import { buttonRow, logButton } from '../../chat/buttons.ts';
import { noticeKey } from '../../chat/keys.ts';
import { REFUSALS, refusalName } from '../../chat/memory-names.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import { botFor } from '../../core/chat-settings.ts';
import type { ChatSettings } from '../../core/chat-settings.ts';
import { shortId } from '../../core/ids.ts';
import { chatKey } from '../../core/message.ts';
import type {
  ChatAddress,
  Destination,
  OutgoingMessage,
  SendOutcome,
  StoredMessage,
} from '../../core/message.ts';
import { leftover } from '../../telegram/outcome.ts';

type Memory = Pick<ChatLedger, 'remember'>;

/** What follows the ends of attempts to send. It knows the chats that take nothing, in memory as in the ledger. */
export class FollowUps {
  readonly #ledger: Memory;
  /** Why, by the name under which the ledger remembers it. */
  readonly #refusals: Map<string, string>;

  /** Begins with these; `load` reads them. */
  constructor(ledger: Memory, refusals: ReadonlyMap<string, string>) {
    this.#ledger = ledger;
    this.#refusals = new Map(refusals);
  }

  /** Takes up what is in the ledger. Rejects with `unavailable`. */
  static async load(ledger: Pick<ChatLedger, 'remember' | 'memories'>): Promise<FollowUps> {
    return new FollowUps(ledger, await ledger.memories(REFUSALS));
  }

  /** What is said now; undefined: nothing, or it was said before. Rejects with `unavailable`. */
  async after(
    row: StoredMessage,
    outcome: SendOutcome,
    settings: ChatSettings,
  ): Promise<OutgoingMessage | undefined> {
    switch (outcome.kind) {
      case 'sent':
        await this.#forget(refusalName(chatKey(row.to)));
        return undefined;
      case 'failed':
        return this.#refused(row, outcome.reason, settings);
      case 'unknown':
        // With newer content it is sent again.
        return row.state === 'unknown' ? pointer(row) : undefined;
      case 'again':
      case 'lost':
        return undefined;
    }
  }

  async #refused(
    { to: { bot, chat }, seq }: StoredMessage,
    reason: string,
    settings: ChatSettings,
  ): Promise<OutgoingMessage | undefined> {
    const to = adminFor({ bot, chat }, settings);
    const name = refusalName(chatKey({ bot, chat }));
    if (to === undefined || this.#refusals.get(name) === reason) return undefined;
    this.#refusals.set(name, reason);
    try {
      await this.#ledger.remember(name, reason);
    } catch (error) {
      // Nobody was told: the next refusal is as good as the first.
      this.#refusals.delete(name);
      throw error;
    }
    return {
      key: noticeKey('refused', chatKey({ bot, chat }), seq),
      to,
      kind: 'notice',
      content: {
        text: `⚠️ chat ${chat} takes no messages: ${reason}. What is meant for it is left out until that changes.`,
        silent: false,
      },
    };
  }

  /** It takes messages again: when it breaks once more, that is news. */
  async #forget(name: string): Promise<void> {
    if (this.#refusals.delete(name)) await this.#ledger.remember(name, undefined);
  }
}

/** What follows from attempts that a dead process left under way, before their end is recorded. */
export function pointersTo(leftovers: readonly StoredMessage[]): readonly OutgoingMessage[] {
  return leftovers.filter((row) => leftover(row).kind === 'unknown').map(pointer);
}

/** The answer itself is not said again: it may be there already. */
function pointer({ key, to, run }: StoredMessage): OutgoingMessage {
  const about = run === undefined ? 'a message' : `the answer of run ${shortId(run)}`;
  return {
    key: noticeKey('unknown', key),
    to,
    kind: 'notice',
    ...(run !== undefined && { run }),
    content: {
      text: `⚠️ The connection broke while ${about} was being sent: it may be missing here.`,
      silent: false,
      ...(run !== undefined && { buttons: [buttonRow(logButton(run))] }),
    },
  };
}

/** The default chat, else an admin in person; never the chat that takes nothing. */
function adminFor(refused: ChatAddress, settings: ChatSettings): Destination | undefined {
  const { defaultChat, admins } = settings;
  const chats = [...(defaultChat === undefined ? [] : [defaultChat]), ...admins];
  const chat = chats.find((one) => one !== refused.chat);
  return chat === undefined ? undefined : { bot: botFor(chat, settings) ?? refused.bot, chat };
}
