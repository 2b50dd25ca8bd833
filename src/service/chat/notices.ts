/** Decides what the default chat is told unasked about the service itself: reloads, what is wrong, and fires that moved. */
import { noticeKey } from '../../chat/keys.ts';
import { reloadButtons } from '../../chat/reload-buttons.ts';
import { reportLines } from '../../chat/reload-lines.ts';
import { momentIn } from '../../chat/times.ts';
import { zoneLines } from '../../chat/zone-lines.ts';
import { splitText } from '../../chat/render/split.ts';
import { unmarked } from '../../chat/render/styled.ts';
import { botFor } from '../../core/chat-settings.ts';
import type { ChatSettings, ReloadNotices } from '../../core/chat-settings.ts';
import type { AppEvent, ReloadReport } from '../../core/event.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { Destination, OutgoingMessage } from '../../core/message.ts';
import { isToldInChat } from '../../telemetry/conditions.ts';

/** What notices are made from. */
export interface NoticeFacts {
  readonly settings: ChatSettings;
  readonly nextOf: (trigger: TriggerId) => number | undefined;
  /** Zone in which times are shown. */
  readonly zone: string;
}

/** Whether a message of that key is one of these. */
export function isServiceNotice(key: string): boolean {
  return SUBJECTS.some((subject) => key.startsWith(noticeKey(subject, '')));
}

const SUBJECTS = ['reload', 'condition', 'tz-data'] as const satisfies ReadonlyArray<AppEvent['kind']>;

/** The messages about an event, usually none. */
export function noticesOf(event: AppEvent, facts: NoticeFacts): readonly OutgoingMessage[] {
  const { defaultChat } = facts.settings;
  const bot = defaultChat === undefined ? undefined : botFor(defaultChat, facts.settings);
  if (bot === undefined || defaultChat === undefined) return [];
  const to = { bot, chat: defaultChat };
  switch (event.kind) {
    case 'reload':
      return isTold(event.report, facts.settings.reloadNotices)
        ? inParts(['reload', event.report.at], to, {
            lines: reportLines(event.report, (id) => fireOf(id, facts)),
            buttons: reloadButtons(event.report),
          })
        : [];
    case 'condition':
      return isToldInChat(event.code)
        ? inParts(['condition', event.code, event.at], to, {
            lines: [event.active ? `⚠️ ${event.text}` : `💚 over: ${event.text}`],
          })
        : [];
    case 'tz-data':
      return event.moved.length > 0
        ? inParts(['tz-data', event.version, event.at], to, { lines: zoneLines(event) })
        : [];
    default:
      return [];
  }
}

/** Whoever asked in a chat is answered there; whoever heard of a failure hears of its end. */
function isTold({ ok, recovers, source }: ReloadReport, which: ReloadNotices): boolean {
  return which !== 'off' && source !== 'chat' && (which === 'all' || !ok || recovers);
}

function fireOf(trigger: TriggerId, { nextOf, zone }: NoticeFacts): string | undefined {
  const at = nextOf(trigger);
  return at === undefined ? undefined : momentIn(zone, at);
}

type Buttons = NonNullable<OutgoingMessage['content']['buttons']>;

function inParts(
  [subject, ...which]: readonly [
    subject: (typeof SUBJECTS)[number],
    ...which: ReadonlyArray<string | number>,
  ],
  to: Destination,
  { lines, buttons = [] }: { readonly lines: readonly string[]; readonly buttons?: Buttons },
): readonly OutgoingMessage[] {
  const parts = splitText(unmarked(lines.join('\n')));
  return parts.map(({ text }, part) => ({
    key: noticeKey(subject, ...which, part),
    to,
    kind: 'notice',
    content: { text, silent: true, ...(part === parts.length - 1 && buttons.length > 0 && { buttons }) },
  }));
}
