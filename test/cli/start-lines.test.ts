/** Holds the start lines to what they tell a person, and to how little they tell a log. */
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { Printer } from '../../src/cli/print.ts';
import { announce } from '../../src/cli/start-lines.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { fakeControl, NOW } from './support/fake-control.ts';
import { configured } from './support/folder.ts';

async function linesOn({ terminal }: { readonly terminal: boolean }): Promise<readonly string[]> {
  const stdout = Object.assign(new PassThrough(), { isTTY: terminal });
  const print = new Printer({ stdout, stderr: new PassThrough() }, 'text');
  const { control } = fakeControl();
  await announce({ control, address: null }, { print, clock: new FakeClock(NOW) });
  stdout.end();
  return (await text(stdout)).split('\n');
}

test('on a terminal what fires next is told with its schedule in words', async () => {
  const lines = await linesOn({ terminal: true });
  expect(lines).toContain('next: cron:nightly 2026-11-22T07:00:00+01:00 (in 1h) Every hour (Berlin)');
  expect(lines).toContainEqual(expect.stringMatching(/ \(in 2h\) Every hour \(Berlin\) second pass/));
});

test('elsewhere the words are left out', async () => {
  expect(await linesOn({ terminal: false })).toContain(
    'next: cron:nightly 2026-11-22T07:00:00+01:00 (in 1h)',
  );
});

test.each([
  [undefined, 'http://127.0.0.1:1/open'],
  ['open_webhook_refused', undefined],
])('the line to try it by names a webhook that is served: with the condition %s', async (code, url) => {
  const { control } = fakeControl({ configFile: join(await configured(), 'untether.toml') });
  const stdout = new PassThrough();
  const status = await control.status();
  const raised = { severity: 'error', text: 'not served', since: NOW } as const;
  const told = { ...status, conditions: code === undefined ? [] : [{ ...raised, code }] };
  await announce(
    { control: { ...control, status: () => Promise.resolve(told) }, address: 'http://127.0.0.1:1' },
    { print: new Printer({ stdout, stderr: new PassThrough() }, 'text'), clock: new FakeClock(NOW) },
  );
  stdout.end();
  const line = (await text(stdout)).split('\n').find((one) => one.startsWith('try:'));
  expect(line?.split(' ').at(-1)).toBe(url);
});
