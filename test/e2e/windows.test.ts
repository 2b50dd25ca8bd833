/** Time that a cron leaves out: its start, its end and its blackout, in the real process. */
import { expect, it } from 'vitest';
import { Sandbox } from '../support/untether.ts';

interface Why {
  readonly state: string;
  readonly sentence: string;
}

const DAY_MS = 86_400_000;

it('is not listed by `next`, and `why` names what withheld a moment', async () => {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const day = (count: number): string => new Date(today + count * DAY_MS).toISOString().slice(0, 10);
  await using sandbox = await Sandbox.make(`default_timezone = "UTC"
[triggers.server]
port = 0
[[triggers.crons]]
id = "round"
schedule = "0 * * * *"
start = ${day(-1)}
end = "${day(5)}T20:00"
blackout = ["22:00-06:00", "${day(2)}/${day(3)}"]
action = "command"
command = ["true"]
`);
  const service = await sandbox.start();

  const fires = await sandbox.json<ReadonlyArray<{ readonly at: string }>>('next', 'round', '--count', '99');
  expect(fires.length).toBeGreaterThan(40);
  for (const { at } of fires) {
    expect(at.slice(11, 13) >= '06' && at.slice(11, 13) < '22', at).toBe(true);
    expect([day(2), day(3)]).not.toContain(at.slice(0, 10));
  }
  expect(fires.at(-1)?.at.slice(0, 16)).toBe(`${day(5)}T20:00`);

  const why = async (at: string): Promise<string> => {
    const told = await sandbox.json<Why>('why', 'round', at);
    expect(told.state).toBe('never');
    return told.sentence;
  };
  expect(await why(`${day(0)}T00:00`)).toMatch(
    `cron:round was not due at ${day(0)} 00:00 UTC: that is within the blackout 22:00-06:00; next `,
  );
  expect(await why(`${day(-2)}T12:00`)).toMatch(
    `cron:round was not due at ${day(-2)} 12:00 UTC: that is before its start ${day(-1)} 00:00 UTC; next `,
  );
  expect(await why(`${day(5)}T21:00`)).toMatch(
    `cron:round is not due at ${day(5)} 21:00 UTC: that is after its end ${day(5)} 20:00 UTC; next `,
  );
  expect((await service.stop()).code).toBe(0);
});
