/** Holds the rule about webhooks at which nothing arrives: when it is too long, and that each silence is told once. */
import { describe, expect, test } from 'vitest';
import { judgeSilence } from '../../src/triggers/silence.ts';
import type { Silence, SilenceVerdict } from '../../src/triggers/silence.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** When the webhook was set up, in all that follows. */
const BEGIN = 1_000 * HOUR;

/** Expects something every day and gives it half an hour; nothing has arrived yet. */
function silence(change: Partial<Silence> = {}): Silence {
  return {
    ...{ everyMs: 24 * HOUR, graceMs: 30 * MINUTE, since: BEGIN, lastAt: undefined },
    ...{ reachableSince: BEGIN, isHeld: false, toldFrom: undefined },
    ...change,
  };
}

interface Row {
  readonly what: string;
  readonly facts?: Partial<Silence>;
  /** Of what is expected: hours after the begin. */
  readonly deadline: number | undefined;
}

describe('the deadline', () => {
  test.for<Row>([
    { what: 'counts from the moment it was set up', deadline: 24.5 },
    { what: 'counts from the last delivery', facts: { lastAt: BEGIN + 5 * HOUR }, deadline: 29.5 },
    { what: 'may have no grace', facts: { graceMs: 0 }, deadline: 24 },
    {
      what: 'counts from the end of a pause where that is later than the last delivery',
      facts: { since: BEGIN + 9 * HOUR, lastAt: BEGIN + 5 * HOUR },
      deadline: 33.5,
    },
    {
      what: 'counts from the last delivery where that is later than the end of a pause',
      facts: { since: BEGIN + 5 * HOUR, lastAt: BEGIN + 9 * HOUR },
      deadline: 33.5,
    },
    { what: 'is none while it is paused', facts: { isHeld: true }, deadline: undefined },
    {
      what: 'stays where it is when the service starts before it',
      facts: { reachableSince: BEGIN + 24 * HOUR },
      deadline: 24.5,
    },
    {
      what: 'that passed while the service was down is the grace after the start',
      facts: { reachableSince: BEGIN + 30 * HOUR },
      deadline: 30.5,
    },
    {
      what: 'that passed in the very moment of the start is the grace after it',
      facts: { reachableSince: BEGIN + 24.5 * HOUR },
      deadline: 25,
    },
    {
      what: 'that passed while the service was down is a minute after the start where there is no grace',
      facts: { graceMs: 0, reachableSince: BEGIN + 30 * HOUR },
      deadline: 30 + 1 / 60,
    },
    {
      what: 'that was told of stays where it is',
      facts: { reachableSince: BEGIN + 30 * HOUR, toldFrom: BEGIN },
      deadline: 24.5,
    },
  ])('$what', ({ facts, deadline }) => {
    const { deadline: found } = judgeSilence(silence(facts), BEGIN);
    expect(found).toBe(deadline === undefined ? undefined : BEGIN + deadline * HOUR);
  });
});

describe('what is told', () => {
  const overdue = { isOverdue: true, news: { kind: 'overdue', from: BEGIN } } as const;
  const quiet = { isOverdue: false, news: undefined };
  const arrived = (hours: number): Partial<SilenceVerdict> => ({
    isOverdue: false,
    news: { kind: 'arrived', from: BEGIN, lateMs: hours * HOUR },
  });

  test.for<readonly [string, Partial<Silence>, number, Partial<SilenceVerdict>]>([
    ['nothing before the deadline', {}, 24.4999, quiet],
    ['a silence, at the deadline', {}, 24.5, overdue],
    ['a silence that was told: nothing more', { toldFrom: BEGIN }, 99, { isOverdue: true, news: undefined }],
    ['nothing while it is paused', { isHeld: true }, 99, quiet],
    [
      'nothing while it is paused, whatever was told',
      { isHeld: true, toldFrom: BEGIN, lastAt: BEGIN + HOUR },
      99,
      quiet,
    ],
    [
      'a delivery that ends a silence, and how late it is',
      { toldFrom: BEGIN, lastAt: BEGIN + 27 * HOUR },
      27,
      arrived(3),
    ],
    ['a delivery that ends no silence: nothing', { lastAt: BEGIN + 27 * HOUR }, 27, quiet],
    [
      'the end of the silence first, when the next one is too long already',
      { toldFrom: BEGIN, lastAt: BEGIN + 27 * HOUR },
      99,
      { ...arrived(3), isOverdue: true },
    ],
    [
      'the next silence',
      { lastAt: BEGIN + 27 * HOUR },
      99,
      { isOverdue: true, news: { kind: 'overdue', from: BEGIN + 27 * HOUR } },
    ],
    [
      'nothing right after a pause that followed it',
      { toldFrom: BEGIN, since: BEGIN + 48 * HOUR },
      50,
      quiet,
    ],
    [
      'a silence that went on after the pause, anew',
      { toldFrom: BEGIN, since: BEGIN + 48 * HOUR },
      99,
      { isOverdue: true, news: { kind: 'overdue', from: BEGIN + 48 * HOUR } },
    ],
    [
      'a delivery as late by nothing where the clock was set back meanwhile',
      { toldFrom: BEGIN, lastAt: BEGIN + HOUR },
      2,
      arrived(0),
    ],
  ])('%s', ([, facts, hours, expected]) => {
    expect(judgeSilence(silence(facts), BEGIN + hours * HOUR)).toMatchObject(expected);
  });
});
