/** Holds the message of a run that waits to ending with it, when it ends without an attempt. */
import { describe, expect, test } from 'vitest';
import type { RunSpec } from '../../../src/core/action.ts';
import type { Admission } from '../../../src/core/admission.ts';
import type { RunId } from '../../../src/core/ids.ts';
import { newRunId, triggerId } from '../../../src/core/ids.ts';
import type { Destination, MessageKind, OutgoingMessage } from '../../../src/core/message.ts';
import { TERMINAL_BOT } from '../../../src/core/message.ts';
import type { Run, RunState } from '../../../src/core/run.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { endByItself, endOfUnbegun, leftUnended, unlessEnded } from '../../../src/service/chat/unbegun.ts';
import { sampleSpec } from '../../support/samples.ts';
import { agentSpec } from './samples.ts';

const nightly = triggerId('cron', 'nightly');
const chat42: Destination = { bot: 'default', chat: 42 };
const terminal: Destination = { bot: TERMINAL_BOT, chat: 0 };

/** A ledger with one run, and the messages that show it. */
class Scene {
  readonly #ledger = new MemoryLedger();
  readonly run: RunId = newRunId();
  readonly deps = { runs: this.#ledger.runs, chat: this.#ledger.chat };

  /** Takes it in at 0, waiting unless changed. */
  async admit(spec: RunSpec, change: Partial<Admission> = {}): Promise<void> {
    const at = { dueAt: 0, admittedAt: 0, revision: 1 };
    const row = { id: this.run, trigger: nightly, source: 'cron', state: 'queued', reason: null } as const;
    await this.deps.runs.admit({ admissions: [{ ...at, ...row, spec, limit: { kind: 'none' }, ...change }] });
  }

  async shows(to: Destination, kind: MessageKind): Promise<void> {
    await this.deps.chat.post([this.message(to, kind)], 0);
  }

  message({ bot, chat }: Destination, kind: MessageKind): OutgoingMessage {
    const content = { text: '⚠️ interrupted: it runs again', silent: true, replyTo: 7, buttons: [[]] };
    return { key: `run:${this.run}:${bot}/${chat}:0`, to: { bot, chat }, kind, run: this.run, content };
  }

  /** Ends it in the store and answers with what is said of that. */
  async ends(state: 'cancelled' | 'missed' | 'skipped', reason: string): Promise<readonly OutgoingMessage[]> {
    await this.deps.runs.dismiss(this.run, { state, at: 9, reason });
    return this.hears(state, reason);
  }

  hears(state: RunState, reason: string | null): Promise<readonly OutgoingMessage[]> {
    return endByItself({ kind: 'run', run: this.run, trigger: nightly, state, reason, at: 9 }, this.deps);
  }

  async row(): Promise<Run> {
    const row = await this.deps.runs.get(this.run);
    if (row === undefined) throw new TypeError('there is no run');
    return row;
  }

  async cancelled(): Promise<readonly OutgoingMessage[]> {
    return endOfUnbegun({ ...(await this.row()), state: 'cancelled', reason: 'cancelled' }, this.deps);
  }

  final(to: Destination, text: string): OutgoingMessage {
    return { ...this.message(to, 'final'), content: { text, silent: true, replyTo: 7 } };
  }
}

describe('an end that a run comes to by itself', () => {
  test.for(['missed', 'skipped'] as const)('%s: it says why, in the place of what waited', async (state) => {
    const scene = new Scene();
    await scene.admit(agentSpec(chat42));
    await scene.shows(chat42, 'working');
    expect(await scene.ends(state, 'too late')).toEqual([
      scene.final(chat42, '⏭ too late\n\n⏰ cron:nightly'),
    ]);
  });

  test('superseded: likewise, also when it is told in the very moment', async () => {
    const scene = new Scene();
    await scene.admit(agentSpec(chat42));
    await scene.shows(chat42, 'working');
    await scene.deps.runs.dismiss(scene.run, { state: 'skipped', at: 0, reason: 'x' });
    expect(await scene.hears('superseded', 'superseded by 01a2')).toHaveLength(1);
  });

  test.for(['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const)(
    '%s: it is told of elsewhere',
    async (state) => {
      const scene = new Scene();
      await scene.admit(agentSpec(chat42));
      await scene.shows(chat42, 'working');
      expect(await scene.hears(state, null)).toEqual([]);
    },
  );

  test('what has been said in the end is not said again', async () => {
    const scene = new Scene();
    await scene.admit(agentSpec(chat42));
    await scene.shows(chat42, 'final');
    expect(await scene.ends('missed', 'too late')).toEqual([]);
  });

  test('in the terminal it is said, too; of one that was admitted as ended nothing is', async () => {
    const waited = new Scene();
    await waited.admit(agentSpec(terminal));
    expect(await waited.ends('skipped', 'no')).toMatchObject([{ to: terminal, kind: 'final' }]);
    const born = new Scene();
    await born.admit(agentSpec(terminal), { state: 'skipped', reason: 'no' });
    expect(await born.hears('skipped', 'no')).toEqual([]);
  });
});

test('an end that an earlier life could not tell any more is told by the next one, once', async () => {
  const scene = new Scene();
  await scene.admit(agentSpec(chat42));
  await scene.shows(chat42, 'working');
  await scene.deps.runs.dismiss(scene.run, { state: 'missed', at: 9, reason: 'too late' });
  const told = await leftUnended(scene.deps);
  expect(told).toEqual([scene.final(chat42, '⏭ too late\n\n⏰ cron:nightly')]);
  await scene.deps.chat.post(told, 10);
  expect(await leftUnended(scene.deps)).toEqual([]);
});

describe('a run that is cancelled while it waits', () => {
  test('says so in the place of what waited', async () => {
    const scene = new Scene();
    await scene.admit(agentSpec(chat42));
    await scene.shows(chat42, 'working');
    const text = '🚫 cancelled before it began\n\n⏰ cron:nightly';
    expect(await scene.cancelled()).toEqual([scene.final(chat42, text)]);
  });

  test('says nothing in a chat that was shown nothing of it', async () => {
    const scene = new Scene();
    await scene.admit(agentSpec(chat42));
    expect(await scene.cancelled()).toEqual([]);
  });

  test('says so in the terminal, which has no rows', async () => {
    const scene = new Scene();
    await scene.admit({ ...agentSpec(terminal), replyTo: 7 });
    expect(await scene.cancelled()).toEqual([
      scene.final(terminal, '🚫 cancelled before it began\n\n⏰ cron:nightly'),
    ]);
  });

  test.for([
    ['a one-shot whose moment has not come', agentSpec(terminal), { source: 'at', state: 'scheduled' }],
    ['one that is no agent', { ...sampleSpec(), chat: terminal }, {}],
    ['one that nobody is told of', sampleSpec(), {}],
  ] as const)('says nothing in the terminal of %s', async ([, spec, change]) => {
    const scene = new Scene();
    await scene.admit(spec, change);
    expect(await scene.cancelled()).toEqual([]);
  });
});

describe('a message that is to show a run as waiting', () => {
  test('shows it so while it waits', async () => {
    const scene = new Scene();
    await scene.admit(agentSpec(chat42));
    const message = scene.message(chat42, 'working');
    expect(await unlessEnded(message, scene.deps)).toBe(message);
  });

  test('says that it is over when it ended before', async () => {
    const scene = new Scene();
    const reason = 'budget: 2 runs a day are used up';
    await scene.admit(agentSpec(chat42), { state: 'skipped', reason });
    expect(await unlessEnded(scene.message(chat42, 'working'), scene.deps)).toEqual(
      scene.final(chat42, `⏭ ${reason}\n\n⏰ cron:nightly`),
    );
  });

  test('leaves the last word to a run that has begun, and other messages alone', async () => {
    const scene = new Scene();
    await scene.admit(agentSpec(chat42));
    const answer = scene.message(chat42, 'answer');
    expect(await unlessEnded(answer, scene.deps)).toBe(answer);
    const runs = {
      get: async () => ({ ...(await scene.row()), startedAt: 1, state: 'cancelled' }) as Run,
      spec: scene.deps.runs.spec,
    };
    const working = scene.message(chat42, 'working');
    expect(await unlessEnded(working, { runs })).toBe(working);
  });
});
