/** Templates ask plugins for their filters one after the other, each with what the ones before it gave. */
import { describe, expect, test } from 'vitest';
import type { FilterAnswer, FilterUse } from '../../src/core/plugin.ts';
import { createTemplates } from '../../src/triggers/template.ts';
import type { Rendered } from '../../src/triggers/template.ts';

const templates = createTemplates();
const data = { title: 'Hello', list: [1, { a: 'b' }], n: 3 };

/** What plugins are asked while `text` is rendered, and what becomes of it. */
async function asked(
  text: string,
  answer: (use: FilterUse) => FilterAnswer = ({ value }) => ({ ok: true, value: `<${String(value)}>` }),
): Promise<{ readonly uses: readonly FilterUse[]; readonly rendered: Rendered }> {
  const uses: FilterUse[] = [];
  const rendered = await templates.renderAsking(text, {
    data,
    applyFilter: async (use) => {
      uses.push(use);
      return answer(use);
    },
  });
  return { uses, rendered };
}

describe('a filter of a plugin', () => {
  test('is given the value and what stands behind its name', async () => {
    const { uses, rendered } = await asked('{{ list | plugin: "text.slug", 40, title, "x" }}!', () => ({
      ok: true,
      value: { a: [1] },
    }));
    expect(uses).toEqual([
      { part: { plugin: 'text', name: 'slug' }, value: data.list, args: [40, 'Hello', 'x'] },
    ]);
    expect(rendered).toEqual({ ok: true, text: '{"a":[1]}!' });
  });

  test.for([
    ["{{ title | plugin: 'a' }}", '<Hello>', ['Hello']],
    ['{{ title | upcase | plugin: "a" | downcase }}', '<hello>', ['HELLO']],
    ['{{ title | plugin: "a" | plugin: "b.c" }}', '<<Hello>>', ['Hello', '<Hello>']],
    ['{{ n | plugin: "a" }} {{ title }} {{ n | plus: 1 | plugin: "a" }}', '<3> Hello <4>', [3, 4]],
    ['{{ missing | plugin: "a" }}', '<null>', [null]],
    ['{% raw %}{{ n | plugin: "a" }}{% endraw %}', '{{ n | plugin: "a" }}', []],
  ] as const)('goes with others: %s', async ([text, expected, values]) => {
    const { uses, rendered } = await asked(text);
    expect(rendered).toEqual({ ok: true, text: expected });
    expect(uses.map(({ value }) => value)).toEqual(values);
  });

  test('that refuses ends it all with its reason, and nothing more is asked', async () => {
    const refusal = { ok: false, reason: 'not today' } as const;
    const { uses, rendered } = await asked('{{ n | plugin: "a" }}{{ n | plugin: "b" }}', () => refusal);
    expect(rendered).toEqual(refusal);
    expect(uses).toHaveLength(1);
  });

  test('changes nothing for texts that use none, and gives way to what is wrong without it', async () => {
    expect(await asked('{{ title }}')).toEqual({ uses: [], rendered: { ok: true, text: 'Hello' } });
    expect((await asked('{{ 1 | divided_by: 0 }}{{ n | plugin: "a" }}')).uses).toEqual([]);
  });

  test.for([
    ['render', (text: string) => templates.render(text, { data })],
    ['renderAsking without plugins', (text: string) => templates.renderAsking(text, { data })],
  ] as const)('cannot be used where nobody waits: %s', async ([, render]) => {
    const reason = expect.stringContaining('a filter of a plugin has no place here') as unknown;
    expect(await render('{{ n | plugin: "a" }}')).toEqual({ ok: false, reason });
  });

  test.for([
    '{{ n | plugin }}',
    '{{ n | plugin: title }}',
    '{{ n | plugin: "A" }}',
    '{{ n | plugin: "a.b.c" }}',
    '{{ n | plugin: a: "b" }}',
  ])('is named in so many words: %s', (text) => {
    expect(templates.check(text)).toMatch(/"plugin" must be followed by a plugin's filter, written out/);
  });

  test('is told apart from a filter that is mistyped, and used so often at most', () => {
    expect(templates.check('{{ n | plugn: "a" }}')).toMatch(/undefined filter: plugn/);
    expect(templates.check('{{ n | plugin: "a" }}'.repeat(20))).toBeUndefined();
    expect(templates.check('{{ n | plugin: "a" }}'.repeat(21))).toMatch(/21 times, 20 at most/);
    expect(templates.operatorNames('{{ n | plugin: "a" | plugin: "b.c" }}').filters).toEqual([
      { plugin: 'a' },
      { plugin: 'b', name: 'c' },
    ]);
  });
});
