/** Holds how a chat is asked about a run that its budget left out. */
import { expect, test } from 'vitest';
import { budgetQuestion } from '../../../src/chat/render/budget-question.ts';
import { asRunId, triggerId } from '../../../src/core/ids.ts';

const run = asRunId('01980000-0000-7000-8000-0000000000aa')!;

test('the question names the trigger and the budget, and its button says yes', () => {
  const to = { bot: 'default', chat: -7, thread: 3 };
  const trigger = triggerId('webhook', 'asking');
  expect(budgetQuestion({ run, trigger, reason: 'budget: 2 runs a day are used up', to })).toEqual({
    key: `notice:budget:${run}:default/-7`,
    to,
    kind: 'notice',
    run,
    content: {
      text: '💸 webhook:asking was not run: budget: 2 runs a day are used up. Run it all the same?',
      silent: false,
      buttons: [[{ label: 'Run anyway', command: `/retry ${run} anyway` }]],
    },
  });
});

test('a long name leaves the question short', () => {
  const trigger = triggerId('cron', 'x'.repeat(200));
  const { content } = budgetQuestion({ run, trigger, reason: 'r', to: { bot: 'default', chat: 1 } });
  expect(content.text.length).toBeLessThan(150);
  expect(content.text).toMatch(/Run it all the same\?$/);
});
