import { expect, it } from 'vitest';
import { cron, loaded, said } from './support/load.ts';

it.each([
  ['yes', true],
  ['On', true],
  ['true', true],
  ['no', false],
  ['OFF', false],
  ['false', false],
])('enabled = "%s" is %s, as in the original, with one warning', async (word, isOn) => {
  const { snapshot } = await loaded(`watch_config = true\n${cron('a', `enabled = "${word}"`)}`);
  expect(snapshot.crons.size).toBe(isOn ? 1 : 0);
  expect(snapshot.warnings.map(({ line, path, message }) => [line, path, message])).toEqual([
    [7, 'triggers.crons[0].enabled', `is read as ${isOn}: write ${isOn}, without quotes`],
  ]);
});

it('works for the keys of all tables, and hides no fault beside it', async () => {
  expect(
    await said(
      'watch_config = "yes"\n[triggers]\nenabled = "perhaps"\nallow_unauthenticated_webhooks = "no"\n',
    ),
  ).toEqual([
    '1:1 (warning) watch_config: is read as true: write true, without quotes',
    '3:1 triggers.enabled: expected true or false, not a string',
    '4:1 (warning) triggers.allow_unauthenticated_webhooks: is read as false: write false, without quotes',
  ]);
});

it('leaves a string a string where one is expected', async () => {
  expect(await said(cron('a', 'model = "yes"'))).toEqual([expect.stringContaining('without effect')]);
});
