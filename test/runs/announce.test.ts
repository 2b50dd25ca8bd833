import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import type { AppEvent } from '../../src/core/event.ts';
import type { RunSpec } from '../../src/core/action.ts';
import { newRunId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import type { RunState } from '../../src/core/run.ts';
import { announceEnds } from '../../src/runs/announce.ts';
import { sampleSpec } from '../support/samples.ts';

const run = newRunId();

/** Lets every promise have its turn. */
function turn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}

function listen(spec: () => Promise<RunSpec | undefined>): {
  readonly tell: (state: RunState, reason?: string) => Promise<readonly AppEvent[]>;
  readonly errors: string[];
} {
  const notices: AppEvent[] = [];
  const errors: string[] = [];
  const log = { ...silentLog, error: (message: string) => void errors.push(message) };
  const publish = (event: AppEvent): void => void notices.push(event);
  const announce = announceEnds({ runs: { spec }, publish, log });
  const tell = async (state: RunState, reason: string | null = null): Promise<readonly AppEvent[]> => {
    announce({ kind: 'run', run, trigger: sampleSpec().trigger, state, reason, at: 7 });
    await turn();
    return notices.splice(0);
  };
  return { tell, errors };
}

describe('the end of a run', () => {
  it('is announced where its trigger asks for it, loudly when it failed', async () => {
    const { tell } = listen(async () => ({ ...sampleSpec(), notifyOnSuccess: true, notifyOnFailure: true }));
    expect(await tell('failed', 'exit 1')).toEqual([
      {
        kind: 'notice',
        run,
        trigger: 'cron:job',
        text: '❌ cron:job (command): exit 1',
        silent: false,
        at: 7,
      },
    ]);
    expect(await tell('succeeded')).toMatchObject([
      { text: '✅ cron:job (command): succeeded', silent: true },
    ]);
  });

  it('is not announced where nobody asked for it, nor is any other change of state', async () => {
    const quiet = listen(async () => ({ ...sampleSpec(), notifyOnFailure: true }));
    expect(await quiet.tell('succeeded')).toEqual([]);
    expect(await quiet.tell('running')).toEqual([]);
    const gone = listen(async () => undefined);
    expect(await gone.tell('failed')).toEqual([]);
  });

  it('costs a line in the log and nothing else when the store cannot say who asked', async () => {
    const { tell, errors } = listen(() => Promise.reject(new AppError('unavailable', 'disk full')));
    expect(await tell('failed')).toEqual([]);
    expect(errors).toEqual(['cannot announce the end of a run']);
  });
});
