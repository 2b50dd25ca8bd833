import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { configReference } from '../../../tools/docs/configuration.ts';
import { rootTable } from '../../../src/config/schema/root.ts';
import { cronTable } from '../../../src/config/schema/cron.ts';
import { webhookTable } from '../../../src/config/schema/webhook.ts';

const FILE = fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url));

it('docs/configuration.md says what the schema says (`npm run docs` writes it anew)', async () => {
  const options = await resolveConfig(FILE);
  const text = await format(configReference(), { ...options, parser: 'markdown' });
  await expect(text).toMatchFileSnapshot(FILE);
});

it('holds every key of a trigger and every table', () => {
  const text = configReference();
  for (const name of [...Object.keys(cronTable.shape), ...Object.keys(webhookTable.shape)])
    expect(text).toContain(`| \`${name}\` |`);
  for (const name of Object.keys(rootTable.shape))
    expect(text).toMatch(new RegExp(`\\| \`${name}\` \\||## \`\\[+${name}`));
});
