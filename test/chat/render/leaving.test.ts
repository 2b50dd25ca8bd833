/** Holds the service that leaves to one line for each chat whose runs it waits for. */
import { describe, expect, test } from 'vitest';
import { leavingLines } from '../../../src/chat/render/leaving.ts';
import type { LeavingFacts } from '../../../src/chat/render/leaving.ts';
import type { RunId, TriggerId } from '../../../src/core/ids.ts';
import type { ClaimedRun } from '../../../src/core/run.ts';
import { agentSpec } from '../../service/chat/samples.ts';
import { sampleClaim, sampleSpec } from '../../support/samples.ts';

const { action: agentAction } = agentSpec({ bot: 'default', chat: 1 });

const of = (
  chat: number | undefined,
  id: string,
  { asked, kind = 'agent_run' }: { readonly asked?: true; readonly kind?: 'agent_run' | 'command' } = {},
): ClaimedRun =>
  sampleClaim(
    {
      ...sampleSpec(),
      ...(kind === 'agent_run' && { action: agentAction }),
      ...(chat !== undefined && { chat: { bot: 'default', chat } }),
      ...(asked === true && { asked }),
    },
    { id: id as RunId, trigger: 'cron:a' as TriggerId },
  );
const order = { to: { bot: 'default', chat: 1 }, request: 'x' };

function lines(active: readonly ClaimedRun[], change: Partial<LeavingFacts> = {}): readonly string[] {
  const facts: LeavingFacts = {
    active,
    departure: { kind: 'stop' },
    boot: 'b',
    isMuted: () => false,
    ...change,
  };
  return leavingLines(facts).map(({ to, content }) => `${to.chat}: ${content.text}`);
}

describe('a service that leaves', () => {
  test('tells each chat once', () => {
    expect(lines([of(1, 'a'), of(2, 'b'), of(1, 'c')])).toEqual([
      '1: 🔄 Stopping — waiting for your 2 runs to finish…',
      '2: 🔄 Stopping — waiting for your run to finish…',
    ]);
  });

  test('tells nobody of nothing, and of a run that no chat is told of', () => {
    expect(lines([])).toEqual([]);
    expect(lines([of(undefined, 'a')])).toEqual([]);
  });

  test('tells nobody of a command that nobody asked for', () => {
    expect(lines([of(1, 'a', { kind: 'command' }), of(2, 'b', { kind: 'command', asked: true })])).toEqual([
      '2: 🔄 Stopping — waiting for your run to finish…',
    ]);
  });

  test('says that it restarts, but not to the chat that knows, and not of the run that asked', () => {
    const active = [of(1, 'a'), of(2, 'b'), of(3, 'c')];
    const departure = { kind: 'restart', order, run: 'c' as RunId } as const;
    expect(lines(active, { departure })).toEqual(['2: 🔄 Restarting — waiting for your run to finish…']);
  });

  test('tells a chat nothing of what it has muted, but of what somebody asked for', () => {
    const isMuted = (): boolean => true;
    expect(lines([of(1, 'a'), of(2, 'b', { asked: true })], { isMuted })).toEqual([
      '2: 🔄 Stopping — waiting for your run to finish…',
    ]);
  });
});
