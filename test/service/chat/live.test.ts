/** Holds what is shown of a run at work: one message from its beginning to its end, renewed as it gets on. */
import { describe, expect, test } from 'vitest';
import type { RunSpec } from '../../../src/core/action.ts';
import { silentLog } from '../../../src/core/log.ts';
import type { OutgoingMessage } from '../../../src/core/message.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import type { LiveDeps, LiveRun } from '../../../src/service/chat/live.ts';
import { showLive } from '../../../src/service/chat/live.ts';
import { Mutes } from '../../../src/service/chat/mutes.ts';
import { TERMINAL } from '../../../src/service/chat/terminal.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sampleClaim, sampleSpec } from '../../support/samples.ts';
import { CHAT, agentSpec } from './samples.ts';

/** What is posted and edited of a run that is shown. */
class Scene {
  readonly clock = new FakeClock();
  readonly chat = new MemoryLedger().chat;
  readonly mutes = new Mutes(this.chat, this.clock, new Map());
  readonly posted: OutgoingMessage[] = [];
  readonly edited: OutgoingMessage[] = [];

  async shows(spec: RunSpec, change: Partial<LiveDeps> = {}): Promise<LiveRun> {
    const live = showLive(sampleClaim(spec), {
      ...{ ledger: this.chat, mutes: this.mutes, clock: this.clock, log: silentLog },
      posted: (messages) => void this.posted.push(...messages),
      edit: (message) => void this.edited.push(message),
      clean: (content) => content,
      ...change,
    });
    await this.clock.advance(0);
    return live;
  }
}

describe('a run of an agent that has a chat', () => {
  test('is in the outbox as it begins, and then told of', async () => {
    const scene = new Scene();
    using _live = await scene.shows(agentSpec());
    expect(scene.posted).toMatchObject([{ to: CHAT, kind: 'working', content: { silent: true } }]);
    expect(scene.posted[0]?.content.text).toMatch(/^⏳ claude is working\nclaude · ⏰ cron:nightly$/);
    expect(await scene.chat.message(scene.posted[0]?.key ?? '')).toMatchObject({
      state: 'waiting',
      kind: 'working',
    });
  });

  test('is shown anew with each progress, and every five seconds, as the same message', async () => {
    const scene = new Scene();
    using live = await scene.shows(agentSpec());
    live.progress({ steps: 1, last: 'reads a file', model: 'opus' });
    await scene.clock.advance(5_000);
    await scene.clock.advance(5_000);
    expect(scene.edited.map(({ content }) => content.text.split('\n')[0])).toEqual([
      '⏳ claude is working · step 1',
      '⏳ claude is working · step 1 · 5s',
      '⏳ claude is working · step 1 · 10s',
    ]);
    expect(scene.edited[0]?.content.text).toContain('reads a file\nclaude · opus');
    const [{ key, to, run, kind } = {}] = scene.posted;
    for (const edit of scene.edited) expect(edit).toMatchObject({ key, to, run, kind });
  });

  test('is not shown anew where nothing new can be seen', async () => {
    const scene = new Scene();
    using live = await scene.shows(agentSpec());
    const step = { steps: 1, last: 'reads a file', model: 'opus' };
    live.progress(step);
    live.progress({ ...step });
    expect(scene.edited).toHaveLength(1);
  });

  test('is not shown any more once it is over, whatever comes late', async () => {
    const scene = new Scene();
    const live = await scene.shows(agentSpec());
    live[Symbol.dispose]();
    live.progress({ steps: 9, last: 'late', model: null });
    await scene.clock.advance(60_000);
    expect(scene.edited).toEqual([]);
    expect(scene.clock.pending).toBe(0);
  });

  test('in the terminal is told of without a row', async () => {
    const scene = new Scene();
    using _live = await scene.shows(agentSpec(TERMINAL));
    expect(scene.posted).toMatchObject([{ to: TERMINAL, kind: 'working' }]);
    expect(await scene.chat.message(scene.posted[0]?.key ?? '')).toBeUndefined();
  });

  test('is shown without secrets', async () => {
    const scene = new Scene();
    const clean: LiveDeps['clean'] = (content) => ({
      ...content,
      text: content.text.replace('s3cr3t', '[secret]'),
    });
    using live = await scene.shows(agentSpec(), { clean });
    live.progress({ steps: 1, last: 'echo s3cr3t', model: null });
    expect(scene.edited[0]?.content.text).toContain('echo [secret]');
  });

  test('goes on unseen where the store does not take its message', async () => {
    const scene = new Scene();
    const post = (): Promise<never> => Promise.reject(new Error('the disk is full'));
    using live = await scene.shows(agentSpec(), { ledger: { post } });
    expect(scene.posted).toEqual([]);
    live.progress({ steps: 1, last: '', model: null });
  });
});

test.for([
  ['no agent is at work', { ...sampleSpec(), chat: CHAT }],
  ['nobody is told', { ...agentSpec(), chat: undefined }],
] as const)('nothing is shown where %s', async ([, spec]) => {
  const scene = new Scene();
  using live = await scene.shows(spec as RunSpec);
  live.progress({ steps: 1, last: '', model: null });
  expect([...scene.posted, ...scene.edited]).toEqual([]);
  expect(scene.clock.pending).toBe(0);
});

test('nothing is shown in a chat that muted the trigger', async () => {
  const scene = new Scene();
  const spec = agentSpec();
  await scene.mutes.mute(spec.trigger, 'default/42', 60_000);
  using _live = await scene.shows(spec);
  expect(scene.posted).toEqual([]);
});
