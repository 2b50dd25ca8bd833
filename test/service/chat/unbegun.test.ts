/** Holds the message of a run that waits to ending with it, when it ends without having begun. */
import { expect, test } from 'vitest';
import { newRunId, triggerId } from '../../../src/core/ids.ts';
import type { MessageKind } from '../../../src/core/message.ts';
import type { RunState } from '../../../src/core/run.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { endUnbegun } from '../../../src/service/chat/unbegun.ts';

const run = newRunId();
const to = { bot: 'default', chat: 42 };
const key = `run:${run}:default/42:0`;

async function shown(kind: MessageKind, state: RunState, reason: string | null = null): Promise<unknown> {
  const { chat } = new MemoryLedger();
  const content = { text: '⚠️ interrupted: it runs again', silent: true, replyTo: 7, buttons: [[]] };
  await chat.post([{ key, to, kind, run, content }], 0);
  return endUnbegun({ kind: 'run', run, trigger: triggerId('cron', 'nightly'), state, reason, at: 1 }, chat);
}

test.for([
  ['superseded', 'a newer one took its place'],
  ['missed', 'paused until it was too late'],
] as const)(
  'one that is %s says why, in the place of what waited, and has no button left',
  async ([state, reason]) => {
    expect(await shown('working', state, reason)).toEqual([
      {
        ...{ key, to, run, kind: 'final' },
        content: { text: `⏭ ${reason}\n\n⏰ cron:nightly`, silent: true, replyTo: 7 },
      },
    ]);
  },
);

test.for(['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const)(
  'one that is %s is told of elsewhere',
  async (state) => {
    expect(await shown('working', state)).toEqual([]);
  },
);

test('what has been said in the end is not said again', async () => {
  expect(await shown('final', 'superseded')).toEqual([]);
});
