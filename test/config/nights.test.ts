import { expect, test } from 'vitest';
import { nightIssues } from '../../src/config/nights.ts';
import { cron, loaded, NOW_MS, shown } from './support/load.ts';

/** A cron of Berlin with this schedule. */
function berlin(id: string, schedule: string, ...lines: readonly string[]): string {
  const written = cron(id, 'timezone = "Europe/Berlin"', ...lines);
  return written.replace('"0 9 * * *"', JSON.stringify(schedule));
}

async function nights(text: string, nowMs = NOW_MS): Promise<readonly string[]> {
  return (await nightIssues(await loaded(text), nowMs)).map(shown);
}

const BOTH =
  '2026-03-29 03:00 (clock goes forward 01:00 UTC, 02:30 does not exist; fires at 03:00), 2026-10-25 02:30 (first of two passes, clock goes back 01:00 UTC; fires once)';
const REMEDY = 'another time of day, or timezone = "UTC", avoids them';

test('each cron that a clock change touches gets one warning, at its schedule, with its nights', async () => {
  const text = [
    cron('utc'),
    berlin('noon', '0 12 * * *'),
    berlin('nightly', '30 2 * * *'),
    berlin('hourly', '0 * * * *'),
  ].join('\n');
  expect(await nights(text)).toEqual([
    `16:1 (warning) triggers.crons[2].schedule: clock changes make a difference: ${BOTH}; ${REMEDY}`,
  ]);
});

test('the place is right where a file is no list of tables too', async () => {
  const text =
    'triggers.crons = [\n  { id = "a", schedule = "0 12 * * *", action = "command", command = ["true"] },\n  { id = "b", schedule = "30 2 * * *", timezone = "Europe/Berlin", action = "command", command = ["true"] },\n]\n';
  expect(await nights(text)).toEqual([expect.stringMatching(/^3:15 \(warning\) triggers\.crons\[1\]/)]);
});

test('a cron that is switched off has no nights, and its neighbours keep their place', async () => {
  const text = `${berlin('off', '30 2 * * *', 'enabled = false')}\n${berlin('on', '30 2 * * *')}`;
  expect(await nights(text)).toEqual([expect.stringContaining('triggers.crons[1].schedule')]);
  expect(await nights(`[triggers]\nenabled = false\n${text}`)).toEqual([]);
});

test('what fires once has a night only where it fires in it', async () => {
  const once = berlin('once', '30 2 * * *', 'run_once = true');
  expect(await nights(once)).toEqual([]);
  expect(await nights(once, Date.UTC(2026, 2, 28, 12))).toEqual([
    expect.stringContaining(
      'difference: 2026-03-29 03:00 (clock goes forward 01:00 UTC, 02:30 does not exist; fires at 03:00);',
    ),
  ]);
});

test('the nights are those of 12 months, to the day', async () => {
  const spring = berlin('spring', '30 2 29 3 *');
  expect(await nights(spring, Date.UTC(2025, 2, 29))).toEqual([]);
  expect(await nights(spring, Date.UTC(2025, 2, 29, 2))).toHaveLength(1);
});

test('a load itself says nothing about nights', async () => {
  expect((await loaded(berlin('nightly', '30 2 * * *'))).snapshot.warnings).toEqual([]);
});
