/** Holds the service to sockets that were meant for it, as sd_listen_fds(3) says, and to handing its own on. */
import { expect, test } from 'vitest';
import { environmentFor, inheritedSocket } from '../../src/server/inherited.ts';
import type { Inherited } from '../../src/server/inherited.ts';

const PID = 42;

test.each<[Inherited | undefined, Record<string, string>]>([
  [undefined, {}],
  [undefined, { LISTEN_FDS: '1' }],
  [undefined, { LISTEN_PID: '41', LISTEN_FDS: '1' }],
  [undefined, { LISTEN_PID: '42', LISTEN_FDS: '0' }],
  [undefined, { LISTEN_PID: '42', LISTEN_FDS: 'x' }],
  [{ fd: 3 }, { LISTEN_PID: '42', LISTEN_FDS: '1' }],
  [{ fd: 3 }, { LISTEN_PID: '42', LISTEN_FDS: '2', LISTEN_FDNAMES: 'untether.socket:other' }],
])('%j from %j', (expected, env) => {
  expect(inheritedSocket(env, PID)).toEqual(expected);
});

test.each<Inherited>([{ fd: 7 }, { fd: 21, configured: '127.0.0.1:0' }, { fd: 5, configured: ':::9876' }])(
  'what one life keeps, the next finds: %j',
  (kept) => {
    expect(inheritedSocket(environmentFor({ HOME: '/root' }, kept, PID), PID)).toEqual(kept);
  },
);

test('nothing of what was handed over is handed on, unless it is kept', () => {
  const env = { HOME: '/root', LISTEN_PID: '42', LISTEN_FDS: '1', LISTEN_FDNAMES: 'untether.socket' };
  expect(environmentFor(env, undefined, PID)).toEqual({ HOME: '/root' });
});
