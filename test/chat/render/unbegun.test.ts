/** Holds the end of a run that waited to one wording, whatever ended it. */
import { expect, test } from 'vitest';
import { isUnbegunEnd, unbegunContent } from '../../../src/chat/render/unbegun.ts';
import { triggerId } from '../../../src/core/ids.ts';
import { runStates } from '../../../src/core/run.ts';

const nightly = triggerId('cron', 'nightly');

test.for([
  ['cancelled', null, 'cancelled', '🚫 cancelled before it began'],
  ['cancelled', 5, 'cancelled', '🚫 cancelled before its next attempt'],
  ['superseded', null, 'superseded by 01a2', '⏭ superseded by 01a2'],
  ['missed', null, 'paused until\n it was too late', '⏭ paused until it was too late'],
  ['skipped', null, 'budget: 2 runs a day are used up', '⏭ budget: 2 runs a day are used up'],
  ['skipped', null, null, '⏭ skipped'],
] as const)('%s (first attempt: %s) for "%s"', ([state, startedAt, reason, words]) => {
  expect(unbegunContent({ trigger: nightly, startedAt, state, reason }, 7)).toEqual({
    text: `${words}\n\n⏰ cron:nightly`,
    silent: true,
    replyTo: 7,
  });
});

test('it replies to nothing where nobody asked', () => {
  const run = { trigger: nightly, startedAt: null, state: 'missed', reason: null } as const;
  expect(unbegunContent(run, undefined)).not.toHaveProperty('replyTo');
});

test('those are the ends that a run comes to without an attempt', () => {
  expect(runStates.filter(isUnbegunEnd)).toEqual(['cancelled', 'skipped', 'missed', 'superseded']);
});
