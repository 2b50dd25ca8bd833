/** Holds the reference of errors to the tables it is made from. */
import { expect, test } from 'vitest';
import { errorsPage } from '../../../tools/docs/errors.ts';
import { errorCodes } from '../../../src/core/errors.ts';

test('docs/errors.md is what the tables say now (`npm run docs` writes it anew)', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../../docs/errors.md');
});

test('the page has every code with its meaning', () => {
  for (const [code, meaning] of Object.entries(errorCodes))
    expect(errorsPage()).toContain(`| \`${code}\` | ${meaning} |`);
});
