/** Holds the reference of errors to the tables it is made from. */
import { expect, test } from 'vitest';
import { errorsPage } from '../../src/cli/error-docs.ts';
import { errorCodes } from '../../src/core/errors.ts';

test('docs/errors.md is what the tables say now (write it anew with `npm test -- test/cli/error-docs.test.ts --update`)', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../docs/errors.md');
});

test('the page has every code with its meaning', () => {
  for (const [code, meaning] of Object.entries(errorCodes))
    expect(errorsPage()).toContain(`| \`${code}\` | ${meaning} |`);
});
