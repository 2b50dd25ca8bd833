/** Decides what becomes of messages that could not be received in time: they are counted, in one note for each chat. */
import { formatDuration } from '../core/duration.ts';
import { chatKey } from '../core/message.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { Incoming } from './incoming.ts';
import { noticeKey } from './keys.ts';

/** Counts of this life of the service. */
export class Backlog {
  readonly #counts = new Map<string, number>();
  readonly #life: number;

  /** `life` tells this life's notes from those of others: when it began, epoch ms. */
  constructor(life: number) {
    this.#life = life;
  }

  /** The note about one more message that was too old; it takes the place of the chat's last one. */
  note({ to }: Incoming, maxAgeMs: number): OutgoingMessage {
    const chat = chatKey(to);
    const count = (this.#counts.get(chat) ?? 0) + 1;
    this.#counts.set(chat, count);
    const messages = count === 1 ? 'A message' : `${count} messages`;
    return {
      key: noticeKey('backlog', chat, this.#life),
      to,
      kind: 'notice',
      content: {
        text: `💤 ${messages} from before ${formatDuration(maxAgeMs)} ago came too late and ${count === 1 ? 'was' : 'were'} not acted on.`,
        silent: true,
      },
    };
  }
}
