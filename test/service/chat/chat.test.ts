/** Holds the service's way of talking: people are answered through the control port, and every end reaches its message. */
import { describe, expect, test } from 'vitest';
import type { Admission } from '../../../src/core/admission.ts';
import type { Control } from '../../../src/core/control.ts';
import { AppError } from '../../../src/core/errors.ts';
import type { RunId } from '../../../src/core/ids.ts';
import { newRunId } from '../../../src/core/ids.ts';
import { silentLog } from '../../../src/core/log.ts';
import type { RunState } from '../../../src/core/run.ts';
import type { TerminalMessage } from '../../../src/core/views.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { Chat } from '../../../src/service/chat/chat.ts';
import { FollowUps } from '../../../src/service/chat/follow-ups.ts';
import { Mutes } from '../../../src/service/chat/mutes.ts';
import { TERMINAL } from '../../../src/service/chat/terminal.ts';
import { Conditions } from '../../../src/telemetry/conditions.ts';
import { cron, cronA } from '../../conformance/ledger/bench.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sampleSnapshot } from '../../support/samples.ts';
import { CHAT, agentSpec, sampleMessage } from './samples.ts';

/** The chats of a service without a bot, with what the terminal hears. */
class Scene {
  readonly clock = new FakeClock();
  readonly ledger = new MemoryLedger();
  readonly heard: TerminalMessage[] = [];
  readonly chat: Chat;

  constructor(control: Partial<Control> = {}) {
    const { clock, ledger } = this;
    this.chat = new Chat({
      ...{ ledger: ledger.chat, runs: ledger.runs, clock, log: silentLog, startedAt: clock.now() },
      control: () => control as Control,
      mutes: new Mutes(ledger.chat, clock, new Map()),
      followUps: new FollowUps(ledger.chat, new Map()),
      mask: (text) => text.replaceAll('s3cr3t', '[secret]'),
      current: () => sampleSnapshot(),
      more: () => [],
      nextOf: () => undefined,
      sent: () => {},
      conditions: new Conditions(
        () => {},
        () => clock.now(),
      ),
    });
    void this.#listen();
  }

  async admit(change: Partial<Admission>): Promise<RunId> {
    const admission = cron(1, { id: newRunId(), spec: agentSpec(), ...change });
    await this.ledger.runs.admit({ admissions: [admission] });
    return admission.id;
  }

  /** Tells the chats that a run came to this state, and lets them act. */
  async hears(run: RunId, state: RunState, reason: string): Promise<void> {
    this.chat.hear({ kind: 'run', run, trigger: cronA, state, reason, at: 9 });
    await this.clock.advance(0);
  }

  async #listen(): Promise<void> {
    for await (const message of this.chat.listen(new AbortController().signal)) this.heard.push(message);
  }
}

describe('a line in the terminal', () => {
  test('is answered by way of the control port, without secrets and without a row', async () => {
    const { chat, ledger } = new Scene({
      ask: () => Promise.reject(new AppError('invalid_argument', 'no engine s3cr3t')),
    });
    const said = await chat.say({ text: 'hello', request: '7' });
    expect(said).toMatchObject([{ key: 'terminal:7:0', kind: 'answer' }]);
    expect(said[0]?.text).toContain('no engine [secret]');
    expect(await ledger.chat.outboxCounts()).toEqual({ waiting: 0, failed: 0, unknown: 0 });
  });

  test('that asks for a run which its budget leaves out is told so, and not that it waits', async () => {
    const scene: Scene = new Scene({
      ask: async () => {
        const spec = agentSpec(TERMINAL);
        const run = await scene.admit({ spec, state: 'skipped', reason: 'budget: 2 runs a day are used up' });
        await scene.hears(run, 'skipped', 'budget: 2 runs a day are used up');
        return { run, dueAt: 0 };
      },
    });
    const said = await scene.chat.say({ text: 'hello', request: '7' });
    expect(said).toMatchObject([
      { kind: 'final', text: expect.stringMatching(/^⏭ budget: 2 runs/) as string },
    ]);
    expect(scene.heard).toEqual([]);
  });
});

describe('a run that is superseded while it waits', () => {
  test('ends its message', async () => {
    const scene = new Scene();
    const run = await scene.admit({});
    await scene.ledger.chat.post([sampleMessage({ key: 'm', kind: 'working', run })], 0);
    await scene.hears(run, 'superseded', 'superseded by 01a2');
    expect(await scene.ledger.chat.message('m')).toMatchObject({ kind: 'final', to: CHAT, state: 'waiting' });
  });

  test('says so in the terminal', async () => {
    const scene = new Scene();
    const run = await scene.admit({ spec: agentSpec(TERMINAL) });
    await scene.hears(run, 'superseded', 'superseded by 01a2');
    expect(scene.heard).toMatchObject([
      { kind: 'final', run, text: expect.stringMatching(/^⏭ superseded/) as string },
    ]);
  });
});

test('what is posted is heard in the terminal once it is in the outbox, without secrets', async () => {
  const scene = new Scene();
  const content = { text: 'token s3cr3t', silent: false };
  scene.chat.post([sampleMessage({ key: 't', to: TERMINAL, content }), sampleMessage({ key: 'c', content })]);
  await scene.clock.advance(0);
  expect(scene.heard).toMatchObject([{ key: 't', text: 'token [secret]' }]);
  expect(await scene.ledger.chat.message('c')).toMatchObject({ content: { text: 'token [secret]' } });
});

test('who must know gets to know that the store took a message, or did not', async () => {
  const scene = new Scene();
  await scene.chat.tell([sampleMessage({ key: 'taken' })]);
  expect(await scene.ledger.chat.message('taken')).toBeDefined();
  scene.ledger.chat.post = () => Promise.reject(new AppError('unavailable', 'disk full'));
  await expect(scene.chat.tell([sampleMessage({ key: 't', to: TERMINAL })])).rejects.toThrow('disk full');
  expect(scene.heard).toEqual([]);
});

test('what others posted, and what is shown of a run at work, is heard there too', async () => {
  const scene = new Scene();
  scene.chat.hear({ kind: 'posted', messages: [sampleMessage({ key: 't', to: TERMINAL }), sampleMessage()] });
  await scene.clock.advance(0);
  expect(scene.heard.map(({ key }) => key)).toEqual(['t']);
});
