/** Holds the running service to its signals, whenever they come. */
import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { WholeReload } from '../../src/core/views.ts';
import { holdSignals } from '../../src/cli/held-signals.ts';
import { serve } from '../../src/cli/serve.ts';
import type { RunningService } from '../../src/cli/serve.ts';
import type { Stopped } from '../../src/service/service.ts';

const FOR_GOOD: Stopped = { startAgain: false, kept: undefined };

/** A service that does nothing but remember, started when the test says so. */
function harness(fault?: Error) {
  const source = new EventEmitter();
  const signals = holdSignals(source);
  const said: string[] = [];
  const started = Promise.withResolvers<RunningService>();
  const announced = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<Stopped>();
  let force: AbortSignal | undefined;
  const service: RunningService = {
    reload: async (by) => {
      said.push(`reload by ${by}`);
      if (fault !== undefined) throw fault;
      return {} as WholeReload;
    },
    restart: async () => {
      said.push('restart');
    },
    stop: async (how) => {
      said.push('stop');
      force = how.force;
      force?.addEventListener('abort', () => said.push('forced'));
    },
    stopped: stopped.promise,
  };
  const done = serve(() => started.promise, {
    signals,
    announce: async () => {
      said.push('announced');
      announced.resolve();
    },
    complain: (error) => said.push(`complaint: ${(error as Error).message}`),
    leave: () => said.push('left'),
    leaveSoon: () => said.push('leaves soon'),
  });
  return {
    said,
    done,
    announced: announced.promise,
    signal: (name: string) => source.emit(name),
    start: () => {
      started.resolve(service);
    },
    refuse: started.reject,
    stopped: stopped.resolve,
  };
}

describe('a service that has left to come back', () => {
  test('stays away for a stop that comes before the next life begins', async () => {
    const { done, announced, start, stopped, signal } = harness();
    start();
    await announced;
    stopped({ startAgain: true, kept: undefined });
    await new Promise((resolve) => process.nextTick(resolve));
    signal('SIGTERM');
    expect(await done).toEqual({ startAgain: false, kept: undefined });
  });

  test('is ended by the system itself from then on', async () => {
    const { done, announced, start, stopped, signal } = harness();
    start();
    await announced;
    stopped({ startAgain: true, kept: undefined });
    expect(await done).toEqual({ startAgain: true, kept: undefined });
    expect([signal('SIGTERM'), signal('SIGHUP')]).toEqual([false, true]);
  });
});

describe('a service that runs', () => {
  test('is announced once and answers with how it stopped', async () => {
    const { said, done, announced, start, stopped } = harness();
    start();
    await announced;
    stopped({ startAgain: true, kept: undefined });
    expect(await done).toEqual({ startAgain: true, kept: undefined });
    expect(said).toEqual(['announced']);
  });

  test('restarts for USR2, which stops nothing that stops', async () => {
    const { said, announced, signal, start } = harness();
    start();
    await announced;
    signal('SIGUSR2');
    signal('SIGTERM');
    signal('SIGUSR2');
    expect(said).toEqual(['announced', 'restart', 'stop', 'restart']);
  });

  test('reloads for HUP, stops for TERM or INT, and is forced by a second of them', async () => {
    const { said, announced, signal, start } = harness();
    start();
    await announced;
    signal('SIGHUP');
    signal('SIGTERM');
    signal('SIGHUP');
    signal('SIGINT');
    signal('SIGTERM');
    expect(said).toEqual([
      'announced',
      'reload by signal',
      'stop',
      'reload by signal',
      'leaves soon',
      'forced',
    ]);
  });

  test('survives a reload that fails beyond all reports', async () => {
    const { said, done, announced, signal, start, stopped } = harness(new Error('a bug'));
    start();
    await announced;
    signal('SIGHUP');
    stopped(FOR_GOOD);
    expect(await done).toBe(FOR_GOOD);
    expect(said).toContain('complaint: a bug');
  });
});

describe('a service that is still starting', () => {
  test('takes early signals as if they came when it runs', async () => {
    const { said, announced, signal, start } = harness();
    signal('SIGHUP');
    start();
    await announced;
    expect(said).toEqual(['reload by signal', 'announced']);
  });

  test('stops without start lines when it was told to meanwhile', async () => {
    const { said, done, signal, start, stopped } = harness();
    signal('SIGTERM');
    start();
    stopped(FOR_GOOD);
    expect(await done).toBe(FOR_GOOD);
    expect(said).toEqual(['stop']);
  });

  test('is left at once by a second signal to stop, not by a reload', () => {
    const { said, signal } = harness();
    signal('SIGINT');
    signal('SIGHUP');
    expect(said).toEqual([]);
    signal('SIGTERM');
    expect(said).toEqual(['left']);
  });

  test('that cannot start passes the reason on', async () => {
    const { done, refuse } = harness();
    refuse(new Error('no'));
    await expect(done).rejects.toThrow('no');
  });
});
