/** Holds which events leave a line in the log. */
import { describe, expect, test } from 'vitest';
import type { AppEvent } from '../../src/core/event.ts';
import { newRunId, triggerId } from '../../src/core/ids.ts';
import type { Log } from '../../src/core/log.ts';
import type { MessageKind, OutgoingMessage } from '../../src/core/message.ts';
import { eventLog } from '../../src/service/event-log.ts';

type Line = readonly [level: string, text: string, fields: unknown];

/** The lines of this event, from `info` on. */
function logged(event: AppEvent): readonly Line[] {
  const lines: Line[] = [];
  const at =
    (level: string) =>
    (text: string, fields?: unknown): void => {
      lines.push([level, text, fields]);
    };
  const log: Log = { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') };
  eventLog(log)(event);
  return lines;
}

const run = newRunId();
const trigger = triggerId('cron', 'job');

function message(kind: MessageKind, about = true): OutgoingMessage {
  const content = { text: `a ${kind}`, silent: true };
  return { key: kind, to: { bot: 'default', chat: 7 }, kind, ...(about && { run }), content };
}

describe('the log', () => {
  test('shows a run that failed, whether a chat is told of it or not', () => {
    const ended = { kind: 'run', run, trigger, reason: 'exit 1', at: 0, attempt: 1 } as const;
    const fields = { run, trigger, reason: 'exit 1', attempt: 1 };
    expect(logged({ ...ended, state: 'failed' })).toEqual([['warn', 'run failed', fields]]);
    expect(logged({ ...ended, state: 'succeeded' })).toEqual([]);
  });

  test('shows what a run says that nobody hears', () => {
    expect(logged({ kind: 'said', run, trigger, text: 'build 7 done', at: 0 })).toEqual([
      ['info', 'notice', { run, trigger, text: 'build 7 done' }],
    ]);
  });

  test('shows what chats are told of runs unasked, and no answer', () => {
    const kinds = ['working', 'final', 'answer', 'notice'] as const;
    const messages = [...kinds.map((kind) => message(kind)), message('notice', false)];
    expect(logged({ kind: 'posted', messages })).toEqual([
      ['info', 'notice', { run, chat: 7, text: 'a notice' }],
    ]);
  });

  test('names each fire that other tz data moved, on the wall of its zone, and counts the rest', () => {
    const versions = { before: '2026a', version: '2026b' };
    const [was, now] = [Date.UTC(2027, 2, 28, 1), Date.UTC(2027, 2, 28, 2)];
    const moved = [
      { trigger, zone: 'Europe/Berlin', was, now },
      { trigger, zone: 'Europe/Berlin', was, now: undefined },
    ];
    const fires = '2027-03-28T04:00:00+02:00';
    const instead = '2027-03-28T03:00:00+02:00';
    expect(logged({ kind: 'tz-data', ...versions, moved, more: 3, at: 0 })).toEqual([
      ['warn', 'other time zone data moved a fire', { ...versions, trigger, fires, instead }],
      ['warn', 'other time zone data moved a fire', { ...versions, trigger, fires: 'never', instead }],
      ['warn', 'other time zone data moved more fires', { ...versions, more: 3 }],
    ]);
    expect(logged({ kind: 'tz-data', ...versions, moved: [], more: 0, at: 0 })).toEqual([
      ['info', 'other time zone data, no fire moved', versions],
    ]);
  });
});
