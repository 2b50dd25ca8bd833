/** An answer is waited for as long as a glance takes, and no longer. */
import { expect, test } from 'vitest';
import { replyOf } from '../../src/chat/answer.ts';
import type { Said } from '../../src/chat/command.ts';
import type { Announced } from '../../src/chat/incoming.ts';
import { announced } from '../../src/chat/slow.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ADMIN, incoming } from './world.ts';

function reply(answer: Promise<Said>, clock: FakeClock): Promise<Announced> {
  const asked = incoming({ from: ADMIN, command: 'reload' });
  return announced({ meanwhile: 'Reloading…', answer, incoming: asked, replyTo: replyOf }, clock);
}

test('what is known by then is all that is said, and nothing waits on', async () => {
  const clock = new FakeClock();
  const { messages, later } = await reply(Promise.resolve({ text: 'done' }), clock);
  expect(messages).toMatchObject([{ content: { text: 'done' } }]);
  expect([later, clock.pending]).toEqual([undefined, 0]);
});

test('what takes longer follows in the place of what was said', async () => {
  const clock = new FakeClock();
  const answer = Promise.withResolvers<Said>();
  const replied = reply(answer.promise, clock);
  await clock.advance(300);
  const { messages, later } = await replied;
  answer.resolve({ text: 'done' });
  expect(messages).toMatchObject([{ content: { text: 'Reloading…' } }]);
  expect(await later).toMatchObject([{ key: messages[0]?.key, content: { text: 'done' } }]);
});
