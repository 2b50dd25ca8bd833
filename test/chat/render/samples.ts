/** Decides what an ordinary run of an agent and its end look like here; each test names only what it is about. */
import type { RunSpec } from '../../../src/core/action.ts';
import type { AgentReport } from '../../../src/core/agent.ts';
import type { TriggerId } from '../../../src/core/ids.ts';
import { asRunId, newBootId, triggerId } from '../../../src/core/ids.ts';
import type { Settlement } from '../../../src/core/run-ledger.ts';
import type { Destination } from '../../../src/core/message.ts';
import type { EndedRun } from '../../../src/chat/render/ended.ts';
import { sampleSpec } from '../../support/samples.ts';

export const RUN = asRunId('01900000-0000-7000-8000-000000000001')!;
export const CHAT: Destination = { bot: 'default', chat: -100 };
export const KEY = `run:${RUN}:default/-100`;

export function agentSpec(change: Partial<RunSpec> = {}): RunSpec {
  return {
    ...sampleSpec('daily'),
    action: {
      kind: 'agent_run',
      prompt: 'review',
      engine: { name: 'claude', command: ['claude'], output: 'text', env: {} },
      cwd: '/',
      model: 'opus',
      untrusted: true,
    },
    chat: CHAT,
    ...change,
  };
}

export function report(answer: string | null, change: Partial<AgentReport> = {}): AgentReport {
  return {
    engine: 'claude',
    model: 'sonnet-4',
    session: 's',
    answer,
    usage: { inputTokens: 1, outputTokens: 1, costUsd: 0.042 },
    ...change,
  };
}

interface EndedChange extends Partial<Omit<Settlement, 'run'>> {
  readonly spec?: RunSpec;
  readonly trigger?: TriggerId;
  readonly afterFailure?: boolean;
  readonly message?: { readonly text: string; readonly silent: boolean };
}

/** A run that took 2m 3s. */
export function ended(change: EndedChange = {}): EndedRun {
  const {
    spec = agentSpec(),
    trigger = triggerId('cron', 'daily'),
    afterFailure = false,
    message,
    ...rest
  } = change;
  const settlement: Settlement = {
    run: RUN,
    owner: newBootId(),
    attempt: 1,
    endedAt: 223_000,
    exitCode: 0,
    endedBy: null,
    reason: null,
    state: 'succeeded',
    ...rest,
  };
  return {
    run: { id: RUN, trigger, spec },
    settlement,
    startedAt: 100_000,
    afterFailure,
    ...(message === undefined ? {} : { message }),
  };
}
