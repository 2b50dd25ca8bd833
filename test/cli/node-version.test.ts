/** Holds the program to one clear sentence on a Node that is too old. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decideRuntime } from '../../bin/runtime-check.mjs';
import packageJson from '../../package.json' with { type: 'json' };
import { refuseOldNode } from '../../src/cli/node-version.ts';

describe('the check', () => {
  test.each(['24.15.0', '24.20.1', '25.0.0', '26.10.0'])('lets Node %s run the program', (version) => {
    expect(refuseOldNode(version)).toBeUndefined();
  });

  test.each(['24.14.9', '23.11.0', '22.22.0', '20.20.2'])(
    'refuses Node %s with the sentence that the installed command has',
    (version) => {
      const decision = decideRuntime(version, null);
      expect(refuseOldNode(version)).toBe(decision.kind === 'refuse' ? decision.message : undefined);
      expect(refuseOldNode(version)).toMatch(
        /^untether needs Node 24\.15 or newer and this is Node [^\n]+\.$/,
      );
    },
  );

  test('asks for what the package asks for', () => {
    expect(packageJson.engines.node).toBe('>=24.15');
  });
});

test('comes before anything that an old Node might not load', () => {
  const imports = (file: string): readonly string[] =>
    readFileSync(new URL(`../../src/cli/${file}`, import.meta.url), 'utf8').match(/^import .*/gm) ?? [];
  expect(imports('main.ts').map((line) => /'(.*)'/.exec(line)?.[1])).toEqual([
    'node:module',
    './held-signals.ts',
    './node-version.ts',
  ]);
  expect([...imports('held-signals.ts'), ...imports('node-version.ts')]).toEqual([]);
});
