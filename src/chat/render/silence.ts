/** Decides how a chat is told that nothing arrives at a webhook which expects deliveries, and that something does again. */
import { formatDuration } from '../../core/duration.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { Destination, OutgoingMessage } from '../../core/message.ts';
import type { Expectation } from '../../core/trigger.ts';
import { noticeKey } from '../keys.ts';
import { momentIn } from '../times.ts';
import { triggerName } from './origin.ts';

/** Which silence is told of, and whom. */
export interface ToldSilence {
  readonly trigger: TriggerId;
  /** When it began, epoch ms: the same again is the same message. */
  readonly from: number;
  readonly to: Destination;
}

/** That nothing has arrived for too long; `zone` is that of the chat, an IANA name. */
export function silenceNotice(
  silence: ToldSilence,
  { everyMs, graceMs }: Expectation,
  zone: string,
): OutgoingMessage {
  const grace = graceMs === 0 ? '' : ` (grace ${formatDuration(graceMs)})`;
  const since = momentIn(zone, silence.from);
  const expected = `expected every ${formatDuration(everyMs)}${grace}`;
  const text = `⏰ ${triggerName(silence.trigger)}: nothing has arrived since ${since}; ${expected}`;
  return notice(silence, 'silence', { text, silent: false });
}

/** That it is over, so much later than it should have been. */
export function arrivalNotice(silence: ToldSilence, lateMs: number): OutgoingMessage {
  const text = `💚 ${triggerName(silence.trigger)}: a delivery arrived again, ${lateness(lateMs)} late`;
  return notice(silence, 'arrival', { text, silent: true });
}

function notice(
  { trigger, from, to }: ToldSilence,
  subject: 'silence' | 'arrival',
  content: OutgoingMessage['content'],
): OutgoingMessage {
  return { key: noticeKey(subject, trigger, from), to, kind: 'notice', content };
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Nobody minds the seconds of hours. */
function lateness(lateMs: number): string {
  const unitMs = lateMs < HOUR_MS ? SECOND_MS : MINUTE_MS;
  return formatDuration(Math.max(SECOND_MS, Math.round(lateMs / unitMs) * unitMs));
}
