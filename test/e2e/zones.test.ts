/** A restart on a Node that brings other time zone data: what moved is named, whatever was remembered. */
import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { ZONE_MEMORY } from '../../src/service/zone-memory.ts';
import { Sandbox } from '../support/untether.ts';
import { ADMIN, chatToml, setStage } from './chat/support.ts';

const NIGHTLY = `
[[triggers.crons]]
id = "nightly"
schedule = "30 2 * * *"
timezone = "Europe/Berlin"
action = "command"
command = ["true"]
`;
const TOML = `[triggers.server]\nport = 0\n${NIGHTLY}`;

interface Memory {
  readonly version: string;
  readonly zones: Readonly<
    Record<string, ReadonlyArray<{ readonly starts: number[]; readonly offsets: number[] }>>
  >;
}

/** Starts and stops, and answers with what the log said of time zone data. */
async function life(sandbox: Sandbox): Promise<readonly string[]> {
  const service = await sandbox.start();
  const { stdout } = await service.stop();
  return stdout.split('\n').filter((line) => line.includes('time zone'));
}

/** Changes what is remembered between two lives. */
async function remember(sandbox: Sandbox, change: (memory: Memory) => string): Promise<void> {
  const file = sandbox.path('.untether/untether.db');
  await using ledger = await openLedger({ file, clock: systemClock, log: silentLog });
  const kept = await ledger.chat.remembered(ZONE_MEMORY);
  await ledger.chat.remember(ZONE_MEMORY, change(JSON.parse(kept ?? '') as Memory));
}

const anHourAhead = ({ zones }: Memory): string =>
  JSON.stringify({
    version: '2000a',
    zones: Object.fromEntries(
      Object.entries(zones).map(([zone, years]) => [
        zone,
        years.map((year) => ({ ...year, offsets: year.offsets.map((offset) => offset + 3_600_000) })),
      ]),
    ),
  });

it('names the crons that other time zone data moved, once', async () => {
  await using sandbox = await Sandbox.make(TOML);
  expect(await life(sandbox)).toEqual([]);
  expect(await life(sandbox)).toEqual([]);
  await remember(sandbox, anHourAhead);
  const lines = await life(sandbox);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      msg: 'other time zone data moved a fire',
      trigger: 'cron:nightly',
      before: '2000a',
      version: process.versions['tz'],
      fires: expect.stringMatching(/T0[23]:[03]0:00\+0[12]:00$/) as string,
      instead: expect.any(String) as string,
    }),
  ]);
  expect(await life(sandbox)).toEqual([]);
});

it('tells the default chat of them', async () => {
  await using stage = await setStage((api) => chatToml(api, NIGHTLY));
  const { api, sandbox } = stage;
  await life(sandbox);
  await remember(sandbox, anHourAhead);
  const service = await sandbox.start();
  const { text, silent } = await api.sees(ADMIN, /time zone data/);
  expect(text).toMatch(
    /, it was 2000a:\ncron:nightly fires \S+ \S+ \S+ \(Berlin\) instead of .* \(Berlin\)$/,
  );
  expect(silent).toBe(true);
  await service.stop();
  expect(api.complaints).toEqual([]);
});

it('says so when other time zone data moved nothing', async () => {
  await using sandbox = await Sandbox.make(TOML);
  await life(sandbox);
  await remember(sandbox, (memory) => JSON.stringify({ ...memory, version: '2000a' }));
  expect(await life(sandbox)).toEqual([expect.stringContaining('no fire moved')]);
});

it('starts on a damaged memory with a warning', async () => {
  await using sandbox = await Sandbox.make(TOML);
  await life(sandbox);
  await remember(sandbox, () => '{"version":"2000a","zones":{"Europe/Berlin":[{"year":2026}]}}');
  expect(await life(sandbox)).toEqual([expect.stringContaining('is damaged and is left out')]);
  expect(await life(sandbox)).toEqual([]);
});
