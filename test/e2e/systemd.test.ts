/** Under systemd: what it is told, when, and that nothing depends on whether it listens. */
import { describe, expect, it } from 'vitest';
import { Listening, canListen } from '../support/systemd/notified.ts';
import { Sandbox, eventually } from '../support/untether.ts';

const server = '[triggers.server]\nport = 0\n';
const slow =
  '\n[[triggers.webhooks]]\nid = "h"\npath = "/h"\nauth = "none"\naction = "command"\ncommand = ["sh", "-c", "echo x > started; while [ ! -e go ]; do sleep 0.05; done"]\n';
const nightly =
  '\n[[triggers.crons]]\nid = "nightly"\nschedule = "0 2 * * *"\ntimezone = "UTC"\naction = "command"\ncommand = ["true"]\n';

describe.skipIf(!canListen)('what systemd is told (skipped: no python3 to listen with)', () => {
  it.each(['a path', 'an abstract name'])(
    'follows the service from ready to stopping, at %s',
    async (where) => {
      await using sandbox = await Sandbox.make(server + slow + nightly);
      const name = where === 'a path' ? sandbox.path('notify') : `@untether-test-${process.pid}`;
      await using systemd = await Listening.on(name);
      const env = ['NOTIFY_SOCKET', name, 'WATCHDOG_USEC', '1000000'];
      const service = await sandbox.startBy('env', [`${env[0]}=${env[1]}`, `${env[2]}=${env[3]}`]);
      await eventually('it is ready', async () => systemd.of('READY').length === 1);
      await eventually('it says how it is', async () => systemd.of('STATUS').length > 0);
      expect(systemd.of('STATUS')[0]).toMatch(
        /^0 runs under way, 0 waiting; next cron:nightly at .*T02:00:00/,
      );

      const signalledAt = process.hrtime.bigint() / 1_000n;
      service.signal('SIGHUP');
      await eventually('it is ready again', async () => systemd.of('READY').length === 2);
      const [reloadedAt = ''] = systemd.of('MONOTONIC_USEC');
      expect(BigInt(reloadedAt)).toBeGreaterThanOrEqual(signalledAt);
      const arrivedAt = systemd.heard.find((one) => 'RELOADING' in one)?.at ?? '';
      expect(Number(reloadedAt)).toBeLessThanOrEqual(Number(arrivedAt));

      const before = systemd.of('WATCHDOG').length;
      await eventually('it is alive', async () => systemd.of('WATCHDOG').length > before + 2);

      await service.post('/h', '{}');
      await eventually('it runs', async () => (await sandbox.read('started')) !== '');
      service.signal('SIGTERM');
      await eventually('it asks for time', async () => systemd.of('EXTEND_TIMEOUT_USEC').length > 0);
      await sandbox.write('go', '');
      expect((await service.child.finished).code).toBe(0);
      expect(systemd.steps().slice(0, 5)).toEqual([
        'READY',
        'RELOADING',
        'READY',
        'STOPPING',
        'EXTEND_TIMEOUT_USEC',
      ]);
    },
  );

  it('hears nothing more of a service whose event loop hangs', async () => {
    await using sandbox = await Sandbox.make(server);
    const name = sandbox.path('notify');
    await using systemd = await Listening.on(name);
    const service = await sandbox.startBy('env', [`NOTIFY_SOCKET=${name}`, 'WATCHDOG_USEC=400000']);
    await eventually('it is alive', async () => systemd.of('WATCHDOG').length > 2);
    service.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const heard = systemd.of('WATCHDOG').length;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(systemd.of('WATCHDOG').length).toBe(heard);
    service.signal('SIGCONT');
    await eventually('it is alive again', async () => systemd.of('WATCHDOG').length > heard);
    await service.stop();
  });

  it('is not ready before the service is', async () => {
    await using sandbox = await Sandbox.make(server);
    const name = sandbox.path('notify');
    await using systemd = await Listening.on(name);
    const child = sandbox.spawnBy('env', [`NOTIFY_SOCKET=${name}`], ['--config', 'nowhere.toml']);
    expect((await child.finished).code).not.toBe(0);
    expect(systemd.steps()).toEqual([]);
  });
});

it.each(['/nowhere/notify', '@nobody-listens-there', 'vsock:2:1234', 'nonsense'])(
  'serves all the same where nobody listens at NOTIFY_SOCKET=%s',
  async (name) => {
    await using sandbox = await Sandbox.make(server);
    const service = await sandbox.startBy('env', [`NOTIFY_SOCKET=${name}`, 'WATCHDOG_USEC=200000']);
    service.signal('SIGHUP');
    expect((await service.get('/health')).status).toBe(200);
    const { code, stderr } = await service.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
);
