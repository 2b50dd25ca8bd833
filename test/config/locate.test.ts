import { describe, expect, it, test } from 'vitest';
import { locateConfig, locateState } from '../../src/config/locate.ts';

const facts = { env: {}, cwd: '/srv', home: '/home/me', exists: () => false };

describe('the configuration file', () => {
  test.each([
    [
      '--config, from the current folder',
      { flag: 'a.toml', env: { UNTETHER_CONFIG_PATH: '/b.toml' } },
      { file: '/srv/a.toml', isNamed: true },
    ],
    [
      '$UNTETHER_CONFIG_PATH',
      { env: { UNTETHER_CONFIG_PATH: '/b.toml' } },
      { file: '/b.toml', isNamed: true },
    ],
    [
      '$UNTETHER_CONFIG_PATH in the home folder',
      { env: { UNTETHER_CONFIG_PATH: '~/b.toml' } },
      { file: '/home/me/b.toml', isNamed: true },
    ],
    ['the current folder', { exists: () => true }, { file: '/srv/untether.toml', isNamed: false }],
    [
      'the home folder',
      { exists: (path: string) => path === '/home/me/.untether/untether.toml' },
      { file: '/home/me/.untether/untether.toml', isNamed: false },
    ],
    [
      'nowhere, so that one belongs in the current folder',
      {},
      { file: '/srv/untether.toml', isNamed: false },
    ],
    [
      'an empty variable, which names nothing',
      { flag: '', env: { UNTETHER_CONFIG_PATH: ' ' } },
      { file: '/srv/untether.toml', isNamed: false },
    ],
  ])('is found: %s', (_where, more, located) => {
    expect(locateConfig({ ...facts, ...more })).toEqual(located);
  });

  it('is not looked for when it was named', () => {
    const asked: string[] = [];
    locateConfig({ ...facts, flag: '/a.toml', exists: (path) => asked.push(path) > 0 });
    expect(asked).toEqual([]);
  });
});

describe('the state folder', () => {
  const state = { env: {}, cwd: '/srv', home: '/home/me', configFile: '/etc/untether/untether.toml' };
  test.each([
    ['--state', { flag: 'state', env: { UNTETHER_STATE_DIR: '/b' } }, '/srv/state'],
    ['$UNTETHER_STATE_DIR', { env: { UNTETHER_STATE_DIR: '/b', STATE_DIRECTORY: '/c' } }, '/b'],
    ["the first of systemd's folders", { env: { STATE_DIRECTORY: '/var/lib/a:/var/lib/b' } }, '/var/lib/a'],
    ['beside the configuration file', {}, '/etc/untether/.untether'],
  ])('is found: %s', (_where, more, folder) => {
    expect(locateState({ ...state, ...more })).toBe(folder);
  });
});
