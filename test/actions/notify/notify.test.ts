/** Holds the `notify_only` action to its promises. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { NotifyAction } from '../../../src/core/action.ts';
import { Bench, jsonPayload } from '../attempt.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});
beforeEach(() => {
  bench.messages.length = 0;
});

const notify = (message: string, silent = false): NotifyAction => ({ kind: 'notify_only', message, silent });

test('the rendered message is handed over, and kept in the output', async () => {
  const payload = jsonPayload({ repo: 'site', ok: true });
  expect(await bench.execute(notify('{{repo}}: {{ok}}', true), { payload })).toMatchObject({
    kind: 'succeeded',
    reason: null,
  });
  expect(bench.messages).toEqual([{ text: 'site: true', silent: true }]);
  expect(await bench.output()).toBe('site: true\n');
});

test.each(['{{missing}}', '{{missing}} \n {{gone}}', ''])(
  'an empty message (%j) is a failure and is not sent',
  async (message) => {
    expect(await bench.execute(notify(message))).toMatchObject({
      kind: 'failed',
      reason: 'notify_only: the message is empty',
    });
    expect(bench.messages).toEqual([]);
  },
);

test('a message that cannot be rendered is a failure with the reason', async () => {
  expect((await bench.execute(notify('{{secrets.A}}'))).reason).toBe(
    'notify_only: there is no secret named A',
  );
});

test('a huge field is handed over whole: the chat divides it', async () => {
  const text = '🌍'.repeat(9_000);
  await bench.execute(notify('{{text}}'), { payload: jsonPayload({ text }) });
  expect(bench.messages).toEqual([{ text, silent: false }]);
});

test('an attempt that was ended sends nothing', async () => {
  expect(await bench.execute(notify('x'), { endedBy: 'cancel' })).toMatchObject({
    kind: 'interrupted',
    reason: null,
  });
  expect(bench.messages).toEqual([]);
});
