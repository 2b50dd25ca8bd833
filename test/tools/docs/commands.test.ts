/** Holds the reference of commands to the table it is made from. */
import { describe, expect, test } from 'vitest';
import { commandsPage } from '../../../tools/docs/commands.ts';
import { commands, commonFlags } from '../../../src/cli/commands.ts';
import { flagsOf } from '../../../src/cli/parser.ts';

const page = commandsPage(commands, commonFlags);

test('docs/commands.md is what the table says now (`npm run docs` writes it anew)', async () => {
  await expect(page).toMatchFileSnapshot('../../../docs/commands.md');
});

describe('the page', () => {
  test.each(commands)('has $name with every flag, argument and example', (spec) => {
    expect(page).toContain(`\n### ${spec.name}`);
    for (const { name } of [...spec.flags, ...spec.args]) expect(page).toContain(name);
    for (const { line, does } of spec.examples) expect(page).toContain(`${line}  # ${does}`);
  });
});

describe('the table', () => {
  test('names each command once', () => {
    const names = commands.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });

  test.each(commands)('gives $name an example that is a call of it, and no flag two meanings', (spec) => {
    expect(spec.examples.length).toBeGreaterThan(0);
    for (const { line } of spec.examples) expect(line).toMatch(new RegExp(`^untether ${spec.name}( |$)`));
    const names = flagsOf(spec, commonFlags).flatMap(({ name, short }) =>
      short === undefined ? [name] : [name, short],
    );
    expect([...new Set(names)]).toEqual(names);
  });
});
