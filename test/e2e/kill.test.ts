/** `kill -9` at any instant: what was accepted is executed or explained, and nothing runs twice that may not. */
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';

const KILLS = process.env['UNTETHER_TEST_LONG'] === undefined ? 20 : 100;

const hook = (id: string, extra: string): string => `
[[triggers.webhooks]]
id = "${id}"
path = "/${id}"
secret = "pass-word"
action = "command"
command = ["sh", "-c", 'echo "$UNTETHER_RUN_ID $UNTETHER_ATTEMPT" >> ran.${id}']
${extra}
`;
const toml = `
[triggers.server]
port = 0
rate_limit = 1000000
${hook('once', 'on_crash = "fail"')}
${hook('again', '')}
`;

interface RunRow {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
}

it(
  `keeps every promise over ${KILLS} kills under load`,
  async () => {
    await using sandbox = await Sandbox.make(toml);
    const accepted = { once: new Set<string>(), again: new Set<string>() };
    for (let kill = 0; kill < KILLS; kill += 1) {
      const service = await sandbox.start();
      const enough = Promise.withResolvers<void>();
      // Each life takes a different number of deliveries, so that the kill meets every stage of the work.
      const wanted = accepted.once.size + accepted.again.size + 3 + ((kill * 7) % 31);
      const senders = (['once', 'again', 'once', 'again'] as const).map(async (id) => {
        for (;;) {
          // The answer may be lost with the service: then nothing was promised.
          const reply = await service
            .post(`/${id}`, '{}', { authorization: 'Bearer pass-word' })
            .catch(() => undefined);
          if (reply === undefined) return;
          if (reply.status === 202) accepted[id].add((JSON.parse(reply.body) as { run: string }).run);
          if (accepted.once.size + accepted.again.size >= wanted) enough.resolve();
        }
      });
      await enough.promise;
      await service.kill();
      await Promise.all(senders);
    }

    const service = await sandbox.start();
    await eventually(
      'nothing waits or runs any more',
      async () => {
        const { queue } = await sandbox.json<{
          queue: { queued: number; running: number; scheduled: number };
        }>('status');
        return queue.queued + queue.running + queue.scheduled === 0;
      },
      60_000,
    );
    const rows = await sandbox.json<RunRow[]>('runs', '--limit', '1000');
    const byId = new Map(rows.map((row) => [row.id, row]));
    const executions = async (id: string): Promise<string[]> =>
      (await sandbox.read(`ran.${id}`)).split('\n').filter(Boolean);

    const once = await executions('once');
    expect(new Set(once).size).toBe(once.length);
    expect(once.every((line) => line.endsWith(' 1'))).toBe(true);
    const ranOnce = new Set(once.map((line) => line.split(' ')[0]));
    for (const id of accepted.once) {
      const row = byId.get(id);
      expect(row, `accepted ${id} is in the ledger`).toBeDefined();
      if (row?.state === 'succeeded') expect(ranOnce.has(id)).toBe(true);
      else
        expect(row).toMatchObject({
          state: 'failed',
          reason: expect.stringContaining('the service died') as string,
        });
    }

    const again = await executions('again');
    expect(new Set(again).size).toBe(again.length);
    const ranAgain = new Set(again.map((line) => line.split(' ')[0]));
    for (const id of accepted.again) {
      const row = byId.get(id);
      // A run that met ten kills is given up, with the reason: it might be what kills the service.
      const isGivenUp = row?.reason?.includes('the service died while it ran (attempt 10)') === true;
      expect(isGivenUp ? 'succeeded' : row?.state, JSON.stringify(row)).toBe('succeeded');
      if (!isGivenUp) expect(ranAgain.has(id)).toBe(true);
    }
    expect(accepted.once.size + accepted.again.size).toBeGreaterThan(KILLS * 3);
    expect((await service.stop()).code).toBe(0);
  },
  KILLS * 6_000,
);
