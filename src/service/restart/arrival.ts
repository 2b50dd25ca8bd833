/** Decides which chat hears that the service has started: the one that asked for it, else the default one where it wants to. */
import { noticeKey } from '../../chat/keys.ts';
import { arrivalText } from '../../chat/render/arrival.ts';
import type { Arrival } from '../../chat/render/arrival.ts';
import { counted } from '../../chat/words.ts';
import { botFor } from '../../core/chat-settings.ts';
import { pause } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import type { Control } from '../../core/control.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Destination, OutgoingMessage } from '../../core/message.ts';
import type { Boot } from '../../core/service-ledger.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { knowsChat } from './known-chat.ts';
import { markerFile, readMarker, removeMarker } from './marker.ts';
import type { RestartMarker } from './marker.ts';

/** What telling needs. */
export interface ArrivalDeps {
  readonly stateDir: string;
  readonly current: () => Snapshot;
  readonly control: Pick<Control, 'missed' | 'status'>;
  /** The life before this one, as its end was recorded; undefined: there was none. */
  readonly lastLife: Boot | undefined;
  readonly startedAt: number;
  /** Puts messages into the outbox. Rejects with `unavailable`. */
  readonly tell: (messages: readonly OutgoingMessage[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often word is tried to be kept, and how long it is waited after each failure, ms: the marker goes in any case. */
const WAITS_MS = [1_000, 5_000, 0];

/** Tells whoever is to hear of it, once the bot has polled for the first time; never rejects. */
export async function tellArrival(polled: Promise<unknown>, deps: ArrivalDeps): Promise<void> {
  await polled;
  const { stateDir, current, clock, log } = deps;
  const file = markerFile(stateDir);
  const knows = (to: Destination): boolean => knowsChat(current(), to);
  const found = await readMarker(file, { now: clock.now(), knows });
  if (found.kind === 'refused')
    log.warn('the marker of a restart is not believed', { file, reason: found.reason });
  await tellOf(found.kind === 'marker' ? found.marker : undefined, deps);
  if (found.kind !== 'none') await removeMarker(file);
}

async function tellOf(marker: RestartMarker | undefined, deps: ArrivalDeps): Promise<void> {
  const { tell, clock, log } = deps;
  for (const waitMs of WAITS_MS) {
    try {
      await tell(await messagesOf(marker, deps));
      return;
    } catch (error) {
      log.warn('cannot tell that the service has started', { error: messageOf(error) });
      await pause(clock, waitMs);
    }
  }
}

async function messagesOf(
  marker: RestartMarker | undefined,
  deps: ArrivalDeps,
): Promise<readonly OutgoingMessage[]> {
  const { current, lastLife, startedAt, clock } = deps;
  if (marker === undefined) {
    const to = placeOfNotice(current());
    return to === undefined ? [] : [notice(await arrival(undefined, deps), { to, request: startedAt })];
  }
  // A life that was killed recorded no end.
  const awayMs = clock.now() - (lastLife?.stoppedAt ?? marker.at);
  return [notice(await arrival(awayMs, deps), marker)];
}

function placeOfNotice({ chat }: Snapshot): Destination | undefined {
  const { startupNotice, defaultChat } = chat;
  if (!startupNotice || defaultChat === undefined) return undefined;
  const bot = botFor(defaultChat, chat);
  return bot === undefined ? undefined : { bot, chat: defaultChat };
}

/** The key is that of the request: told again after a sudden death, it takes the place of the first. */
function notice(
  text: string,
  { to, replyTo, request }: Pick<RestartMarker, 'to' | 'replyTo'> & { readonly request: string | number },
): OutgoingMessage {
  return {
    key: noticeKey('arrival', request),
    to,
    kind: 'notice',
    content: { text, silent: false, ...(replyTo !== undefined && { replyTo }) },
  };
}

/** Warnings are no news: they are the same at every start. */
function warned(count: number): readonly string[] {
  return count === 0 ? [] : [`${counted(count, 'warning')} about the configuration: untether check`];
}

async function arrival(awayMs: number | undefined, deps: ArrivalDeps): Promise<string> {
  const { control, current, startedAt } = deps;
  const { version, crons, webhooks, conditions } = await control.status();
  const missed = await control.missed({});
  const facts: Arrival = {
    ...{ version, awayMs, crons, webhooks },
    missed: missed !== undefined && missed.at >= startedAt ? missed : undefined,
    troubles: [...conditions.map(({ text }) => text), ...warned(current().warnings.length)],
  };
  return arrivalText(facts);
}
