/** Promises about what a child gets to see of the service's environment. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childEnvironment, defaultAllowed } from '../../src/launcher/environment.ts';

const base = {
  PATH: '/bin',
  HOME: '/home/me',
  LC_ALL: 'C',
  LC_TIME: 'de_DE',
  XDG_RUNTIME_DIR: '/run/user/1',
  SSH_AUTH_SOCK: '/run/agent',
  LCX: 'no',
  UNTETHER_TELEGRAM_TOKEN: 'secret',
  AWS_SECRET_ACCESS_KEY: 'secret',
  NODE_OPTIONS: '--inspect',
  NOTIFY_SOCKET: '/run/systemd/notify',
  LISTEN_FDS: '1',
  GONE: undefined,
};

test('what programs need goes along, the rest stays behind', () => {
  expect(childEnvironment({ base, allow: defaultAllowed, extra: {} })).toEqual({
    PATH: '/bin',
    HOME: '/home/me',
    LC_ALL: 'C',
    LC_TIME: 'de_DE',
    XDG_RUNTIME_DIR: '/run/user/1',
    SSH_AUTH_SOCK: '/run/agent',
  });
});

test('an operator may list more, and what the action adds wins', () => {
  const env = childEnvironment({
    base,
    allow: ['PATH', 'AWS_*', 'GONE'],
    extra: { PATH: '/opt/bin', UNTETHER_RUN_ID: 'r' },
  });
  expect(env).toEqual({ PATH: '/opt/bin', AWS_SECRET_ACCESS_KEY: 'secret', UNTETHER_RUN_ID: 'r' });
});

test('no list lets everything through, and a name that is not listed never passes', () => {
  expect(childEnvironment({ base, allow: ['*'], extra: {} })).toEqual({});
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('PATH', 'LC_*', 'HOME', 'X*')),
      fc.dictionary(fc.string(), fc.string()),
      (allow, own) => {
        for (const name of Object.keys(childEnvironment({ base: own, allow, extra: {} })))
          expect(
            allow.some(
              (entry) => entry === name || (entry.endsWith('*') && name.startsWith(entry.slice(0, -1))),
            ),
          ).toBe(true);
      },
    ),
  );
});
