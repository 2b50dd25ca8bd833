/** Holds the page about verifying senders to the presets it is made from. */
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { sendersPage } from '../../../tools/docs/senders.ts';
import { presets } from '../../../src/triggers/presets.ts';

const FILE = fileURLToPath(new URL('../../../docs/how-to/verify-a-sender.md', import.meta.url));

test('docs/how-to/verify-a-sender.md is what the presets say now (`npm run docs` writes it anew)', async () => {
  const options = await resolveConfig(FILE);
  const text = await format(sendersPage(), { ...options, parser: 'markdown' });
  await expect(text).toMatchFileSnapshot(FILE);
});

test('the page has every provider with its own page', () => {
  for (const [name, { page }] of Object.entries(presets))
    expect(sendersPage()).toContain(`[\`${name}\`](${page})`);
});
