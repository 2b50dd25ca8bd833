/** Holds a restart to staying where the next life could not begin. */
import { expect, it } from 'vitest';
import type { Departure } from '../../../src/core/restart.ts';
import { silentLog } from '../../../src/core/log.ts';
import { createRestart } from '../../../src/service/restart/restart.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A service whose store refuses writes, and that tells how it leaves. */
function service(): { readonly restart: ReturnType<typeof createRestart>; readonly left: Departure[] } {
  const left: Departure[] = [];
  const kept = new Map<string, string>();
  const restart = createRestart({
    memory: {
      remembered: async (name) => kept.get(name),
      remember: async (name, text) => {
        kept.set(name, text ?? '');
      },
    },
    preflight: () => Promise.resolve([]),
    storeTrouble: () => 'the store refuses writes: disk full',
    active: () => [],
    isDraining: () => false,
    leave: (departure) => void left.push(departure),
    markerFile: '/nowhere',
    clock: new FakeClock(),
    log: silentLog,
  });
  return { restart, left };
}

it('stays where its store refuses writes, as a start would fail, and says so', async () => {
  const { restart, left } = service();
  await expect(restart({ force: false })).rejects.toThrow(
    'not restarted: the store refuses writes: disk full. Mend that, or restart by force',
  );
  expect(left).toEqual([]);
});

it('leaves all the same where somebody insists', async () => {
  const { restart, left } = service();
  await restart({ force: true });
  expect(left).toEqual([{ kind: 'restart' }]);
});
