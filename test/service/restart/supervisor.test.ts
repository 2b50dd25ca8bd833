/** Holds a restart to leaving only where somebody is there to bring the service back. */
import { expect, test } from 'vitest';
import type { ServiceManager } from '../../../src/config/compile-frame.ts';
import { isSupervised } from '../../../src/service/restart/supervisor.ts';

const PID = 42;

test.each<[boolean, ServiceManager, Record<string, string>]>([
  [false, 'auto', {}],
  [true, 'auto', { SYSTEMD_EXEC_PID: '42' }],
  [false, 'auto', { SYSTEMD_EXEC_PID: '41' }],
  [true, 'auto', { NOTIFY_SOCKET: '/run/systemd/notify' }],
  [false, 'auto', { NOTIFY_SOCKET: '' }],
  [false, 'auto', { INVOCATION_ID: '0123456789abcdef' }],
  [false, 'systemd', {}],
  [true, 'systemd', { SYSTEMD_EXEC_PID: '42' }],
  [false, 'none', { SYSTEMD_EXEC_PID: '42', NOTIFY_SOCKET: '@n' }],
])('%j for service_manager = "%s" in %j', (expected, manager, env) => {
  expect(isSupervised(manager, env, PID)).toBe(expected);
});
