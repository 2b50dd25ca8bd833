/** Holds what chats are told of the end of an attempt: nothing to those that muted it, no secret to anybody. */
import { describe, expect, test } from 'vitest';
import type { RunSpec } from '../../../src/core/action.ts';
import type { Settlement } from '../../../src/core/run-ledger.ts';
import type { OutgoingMessage } from '../../../src/core/message.ts';
import type { ClaimedRun } from '../../../src/core/run.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { runKey } from '../../../src/chat/keys.ts';
import { Mutes } from '../../../src/service/chat/mutes.ts';
import { createTell } from '../../../src/service/chat/telling.ts';
import { admit, claimOne, cron, cronA, finish, settlement } from '../../conformance/ledger/bench.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sampleClaim, sampleSpec } from '../../support/samples.ts';
import { CHAT, agentSpec } from './samples.ts';

const elsewhere = { bot: 'default', chat: 43 };
const mask = (text: string): string => text.replaceAll('s3cr3t', '[secret]');

const failing = { state: 'failed', reason: 'exit 1' } as const;

/** What is told of a run, with what is told now kept apart from what has to be looked up. */
class Scene {
  readonly ledger = new MemoryLedger();
  readonly mutes = new Mutes(this.ledger.chat, new FakeClock(), new Map());
  readonly tell = createTell({
    ...{ runs: this.ledger.runs, ledger: this.ledger.chat, mutes: this.mutes, mask },
  });

  now(run: ClaimedRun, change: Partial<Settlement> = {}): readonly OutgoingMessage[] {
    const told = this.tell(run, settlement(run, change), { message: undefined, startedAt: 0 });
    if (told instanceof Promise) throw new TypeError('it had to look something up');
    return told;
  }

  async chats(run: ClaimedRun): Promise<readonly number[]> {
    const told = await this.tell(run, settlement(run, failing), { message: undefined, startedAt: 0 });
    return told.map(({ to }) => to.chat);
  }

  texts(run: ClaimedRun, change: Partial<Settlement> = {}): readonly string[] {
    return this.now(run, change).map(({ content }) => content.text);
  }
}

describe('the end of an attempt', () => {
  test('is told at once, to the chat of the run and to the one that is to notice', () => {
    const told = new Scene().now(
      sampleClaim(agentSpec(CHAT, { noticeChat: elsewhere, notifyOnFailure: true })),
      failing,
    );
    expect(told.map(({ to, kind }) => [to.chat, kind])).toEqual([
      [42, 'final'],
      [43, 'notice'],
    ]);
  });

  test('is told to nobody where the run has no chat', () => {
    expect(new Scene().now(sampleClaim(sampleSpec()), failing)).toEqual([]);
  });

  test('is not told to a chat that muted the trigger, and to the others all the same', async () => {
    const scene = new Scene();
    const run = sampleClaim(agentSpec(CHAT, { noticeChat: elsewhere, notifyOnFailure: true }));
    await scene.mutes.mute(run.spec.trigger, 'default/42', 60_000);
    expect(await scene.chats(run)).toEqual([43]);
  });

  test('is told all the same where a message shows the run at work', async () => {
    const scene = new Scene();
    const run = sampleClaim(agentSpec(CHAT));
    await scene.ledger.chat.post(
      [
        {
          ...{ key: runKey(run.id, CHAT, 0), to: CHAT, kind: 'working', run: run.id },
          content: { text: 'at work', silent: true },
        },
      ],
      0,
    );
    await scene.mutes.mute(run.spec.trigger, 'default/42', 60_000);
    expect(await scene.chats(run)).toEqual([42]);
  });

  test('is told all the same to somebody who asked for the run', async () => {
    const scene = new Scene();
    const run = sampleClaim(agentSpec(CHAT, { asked: true }));
    await scene.mutes.mute(run.spec.trigger, 'default/42', 60_000);
    expect(scene.now(run, failing).map(({ to }) => to.chat)).toEqual([42]);
  });

  test('is told without secrets', () => {
    const told = new Scene().texts(sampleClaim(agentSpec()), { ...failing, reason: 'token s3cr3t refused' });
    expect(told.join()).toContain('token [secret] refused');
  });
});

describe('that it works again', () => {
  const spec: RunSpec = { ...sampleSpec(), chat: CHAT, notifyOnRecovery: true };

  async function toldAfter(...states: ReadonlyArray<'failed' | 'succeeded'>): Promise<readonly string[]> {
    const { ledger, tell } = new Scene();
    for (const [n, state] of states.entries()) {
      if (state === 'succeeded') await finish(ledger, cron(n + 1), n + 10);
      else {
        await admit(ledger, cron(n + 1));
        await ledger.runs.settle(settlement(await claimOne(ledger), { state, reason: 'x' }));
      }
    }
    await admit(ledger, cron(9));
    const run = { ...(await claimOne(ledger)), spec: { ...spec, trigger: cronA } };
    const told = await tell(run, settlement(run), { message: undefined, startedAt: 0 });
    return told.map(({ content }) => content.text);
  }

  test.for([
    [[], 0],
    [['failed'], 1],
    [['succeeded', 'failed'], 1],
    [['failed', 'succeeded'], 0],
    [['failed', 'failed'], 1],
  ] as const)('after %s is said %i times', async ([states, times]) => {
    expect((await toldAfter(...states)).filter((text) => text.includes('works again'))).toHaveLength(times);
  });

  test('is looked up for a success only', () => {
    expect(new Scene().now(sampleClaim(spec), failing)).toEqual([]);
  });
});
