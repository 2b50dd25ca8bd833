import { describe, expect, it } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import { diffTriggers } from '../../src/config/diff.ts';
import { loaded, loadText, said, webhook } from './support/load.ts';
import { facts } from '../triggers/filter/facts.ts';

async function filterOf(...lines: readonly string[]) {
  const { snapshot } = await loaded(webhook('a', ...lines));
  return snapshot.webhooks.get(triggerId('webhook', 'a'))?.filter;
}

describe('the filter of a webhook', () => {
  it('is there only where it is written', async () => {
    expect(await filterOf()).toBeUndefined();
  });

  it('is one expression, or several of which all must pass', async () => {
    const one = await filterOf('filter = "body.n > 1"');
    expect(one?.expressions).toEqual(['body.n > 1']);
    const both = await filterOf(`filter = ["body.n > 1", "body.s == 'a'"]`);
    expect(
      [{ n: 2, s: 'a' }, { n: 1, s: 'a' }, { n: 2 }, {}].map((body) => both?.whyNot(facts(body))),
    ).toEqual([undefined, 'the filter is false', 'the filter is false', 'the filter is false']);
  });

  it.each([
    [
      'filter = "body.a ===="',
      /^7:1 triggers\.webhooks\[0\]\.filter: the expression cannot be read: .*\(character 10\)$/,
    ],
    ['filter = ["body.a", "body.b +"]', /^7:21 triggers\.webhooks\[0\]\.filter\[1\]: .*\(character 9\)$/],
    [
      'filter = 7',
      /filter: expected an expression such as "body\.action == 'opened'", or a list of them, not a whole number$/,
    ],
    ['filter = []', /filter: must not be empty$/],
    ['filter = ""', /filter: must not be empty$/],
  ])('that cannot be read refuses the file: %s', async (line, message) => {
    const result = await loadText(webhook('a', line));
    expect(result.ok).toBe(false);
    expect(await said(webhook('a', line))).toEqual([expect.stringMatching(message)]);
  });

  it('is a change of the trigger when it changes, and none when only its place does', async () => {
    const was = await loaded(webhook('a', 'filter = "body.n > 1"'));
    const changed = await loaded(webhook('a', 'filter = "body.n > 2"'), { previous: was });
    const moved = await loaded(webhook('a', 'filter = ["body.n > 1"]'), { previous: was });
    expect(diffTriggers(changed.snapshot, was.snapshot).modified).toEqual(['webhook:a']);
    expect(diffTriggers(moved.snapshot, was.snapshot).modified).toEqual([]);
  });
});
