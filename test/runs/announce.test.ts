import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../../src/core/action.ts';
import type { AppEvent } from '../../src/core/event.ts';
import type { Settlement } from '../../src/core/run-ledger.ts';
import type { ChatAddress, OutgoingMessage } from '../../src/core/message.ts';
import { settledEvents } from '../../src/runs/announce.ts';
import { sampleClaim, sampleSpec } from '../support/samples.ts';

const words = { text: 'build 7 done', silent: true };
const chat = { bot: 'default', chat: 7 };

function told(
  end: Partial<Settlement>,
  spec: Partial<RunSpec> = {},
  message?: typeof words,
): readonly AppEvent[] {
  const run = sampleClaim({ ...sampleSpec(), ...spec });
  const { id, owner } = run;
  const fate = { state: 'succeeded', exitCode: null, endedBy: null, reason: null } as const;
  return settledEvents(run, { run: id, owner, attempt: 1, endedAt: 7, ...fate, ...end }, message);
}

function notice(to: ChatAddress): OutgoingMessage {
  return { key: 'k', to, kind: 'notice', content: words };
}

describe('the end of an attempt', () => {
  it('is told as the change of state that was settled, and worded by nobody', () => {
    const asked = { notifyOnSuccess: true, notifyOnFailure: true };
    expect(told({ state: 'scheduled', reason: 'exit 1; attempt 2 of 3 in 1s' }, asked)).toMatchObject([
      { kind: 'run', state: 'scheduled', reason: 'exit 1; attempt 2 of 3 in 1s', attempt: 1, at: 7 },
    ]);
    expect(told({ state: 'failed', reason: 'exit 1' }, asked)).toHaveLength(1);
  });

  it('brings the messages that were written with it', () => {
    const messages = [notice(chat)];
    expect(told({ messages }, { chat })).toMatchObject([{ kind: 'run' }, { kind: 'posted', messages }]);
  });
});

describe('what a run says itself', () => {
  it('is told where it has no chat, or none that gets to hear it', () => {
    const said = { kind: 'said', trigger: 'cron:job', text: 'build 7 done', at: 7 };
    expect(told({}, {}, words)).toMatchObject([{ kind: 'run' }, said]);
    expect(told({}, { chat }, words)).toMatchObject([{ kind: 'run' }, said]);
    const messages = [notice({ bot: 'default', chat: 8 })];
    expect(told({ messages }, { chat }, words)).toMatchObject([{ kind: 'run' }, said, { kind: 'posted' }]);
  });

  it('is told once where it stands in a message', () => {
    const messages = [notice({ ...chat })];
    expect(told({ messages }, { chat }, words).map(({ kind }) => kind)).toEqual(['run', 'posted']);
  });
});
