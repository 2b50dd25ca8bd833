/** Decides which chats are told what was missed, and whether it is worth a message at all. */
import { missedMessage } from '../../chat/render/missed.ts';
import { chatKey } from '../../core/message.ts';
import type { Destination, OutgoingMessage } from '../../core/message.ts';
import type { FoundBatch, FoundMissed, TellMissed } from '../../core/missed.ts';
import type { Mutes } from './mutes.ts';

/** A standstill shorter than this, in ms, is told only where something is left to decide. */
const WORTH_TELLING_MS = 60_000;

/** What telling needs. */
export interface TellMissedDeps {
  readonly mutes: Pick<Mutes, 'isMuted'>;
  /** Zone in which times are shown. */
  readonly zone: () => string;
}

type Told = FoundMissed & { readonly to: Destination };

/** One message for each chat, with what concerns it. */
export function createTellMissed({ mutes, zone }: TellMissedDeps): TellMissed {
  return function tellMissed({ at, why, triggers }: FoundBatch): readonly OutgoingMessage[] {
    const told = triggers.filter((one): one is Told => one.to !== undefined);
    const heard = told.filter(({ trigger, to }) => !mutes.isMuted(trigger, chatKey(to)));
    return [...Map.groupBy(heard, ({ to }) => chatKey(to)).values()].flatMap((of) => {
      const [first] = of;
      if (first === undefined || !isWorthTelling(of, at)) return [];
      const silent = !of.some(isOpen);
      return [missedMessage({ at, why, triggers: of }, { to: placeOf(of, first), zone: zone(), silent })];
    });
  };
}

/** A quick restart that a later moment makes good needs no words. */
function isWorthTelling(of: readonly FoundMissed[], at: number): boolean {
  return of.some((one) => isOpen(one) || at - one.firstDueAt >= WORTH_TELLING_MS);
}

function isOpen({ fate }: FoundMissed): boolean {
  return fate === 'open';
}

/** The topic, where all of them are told in the same one. */
function placeOf(of: readonly Told[], { to }: Told): Destination {
  const { thread: _, ...chat } = to;
  return of.every((one) => one.to.thread === to.thread) ? to : chat;
}
