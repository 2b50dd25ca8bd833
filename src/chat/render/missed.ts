/** Decides how a chat is told what was missed, and how it says what is to be made up. */
import { chatKey } from '../../core/message.ts';
import type { Button, Destination, MessageContent, OutgoingMessage } from '../../core/message.ts';
import type { MissedBatch, MissedFate, MissedTrigger } from '../../core/missed.ts';
import { buttonRow } from '../buttons.ts';
import { noticeKey } from '../keys.ts';
import { momentIn } from '../times.ts';
import { counted } from '../words.ts';

/** More lines than this nobody reads in the morning. */
const MOST_LINES = 25;

/** Where it is said, and how. */
export interface MissedPlace {
  readonly to: Destination;
  /** Zone in which times are shown. */
  readonly zone: string;
  readonly silent: boolean;
}

/** The message, with the choice where there is one. */
export function missedMessage(batch: MissedBatch, { to, zone, silent }: MissedPlace): OutgoingMessage {
  return {
    key: missedKey(batch.at, to),
    to,
    kind: 'notice',
    content: { ...missedWords(batch, zone), silent },
  };
}

/** What it says, and the choice. */
export function missedWords(batch: MissedBatch, zone: string): Pick<MessageContent, 'text' | 'buttons'> {
  const buttons = choices(batch);
  return { text: missedText(batch, zone), ...(buttons.length > 0 && { buttons: [buttons] }) };
}

/** The same message after somebody chose: what came of it, and nothing more to press. */
export function settledMessage(
  batch: MissedBatch,
  { to, zone }: Omit<MissedPlace, 'silent'>,
  outcome: string,
): OutgoingMessage {
  const text = `${missedText(batch, zone)}\n${outcome}`;
  return { key: missedKey(batch.at, to), to, kind: 'notice', content: { text, silent: true } };
}

function missedKey(at: number, to: Destination): string {
  return noticeKey('missed', at, chatKey(to));
}

function missedText({ why, triggers }: MissedBatch, zone: string): string {
  const lines = triggers.slice(0, MOST_LINES).map((one) => missedLine(one, zone));
  const rest = triggers.length - lines.length;
  return [`💤 ${why}`, ...lines, ...(rest > 0 ? [`and ${counted(rest, 'more trigger')}`] : [])].join('\n');
}

/** `cron:nightly: 3 missed, … to …, the last made up now`. */
function missedLine({ trigger, missed, fate, firstDueAt, lastDueAt }: MissedTrigger, zone: string): string {
  const first = momentIn(zone, firstDueAt);
  const span = firstDueAt === lastDueAt ? first : `${first} to ${momentIn(zone, lastDueAt)}`;
  const count = missed > 1 ? `${missed} missed, ` : '';
  return `${trigger}: ${count}${span}, ${inWords(fate, missed)}`;
}

function inWords(fate: MissedFate, missed: number): string {
  switch (fate) {
    case 'made-up':
      return missed === 0 ? 'made up now' : 'the last made up now';
    case 'left-out':
      return 'not run (policy skip)';
    case 'open':
      return 'not run';
    default:
      return fate satisfies never;
  }
}

/** What a rule leaves out is nobody's choice. */
function choices({ at, triggers }: MissedBatch): readonly Button[] {
  const isLastOpen = triggers.some(({ fate }) => fate === 'open');
  if (!triggers.some(({ fate, missed }) => fate !== 'left-out' && missed > 0)) return [];
  return buttonRow(
    ...(isLastOpen ? [{ label: 'Run last', command: `/missed last ${at}` }] : []),
    { label: 'Run all', command: `/missed all ${at}` },
    { label: 'Skip', command: `/missed skip ${at}` },
  );
}
