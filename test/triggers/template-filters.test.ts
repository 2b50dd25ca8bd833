/** Holds every filter to its bounds: whatever a payload holds, a text or a reason, soon, and nothing that is neither. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTemplates } from '../../src/triggers/template.ts';
import type { Rendered } from '../../src/triggers/template.ts';

const RUNS = process.env.UNTETHER_TEST_LONG === '1' ? 20_000 : 300;

const filters =
  `abs append at_least at_most base64_decode base64_encode capitalize ceil compact concat date default divided_by
  downcase escape escape_once first floor join json last lstrip map minus modulo newline_to_br plus prepend remove
  remove_first remove_last replace replace_first replace_last reverse round rstrip size slice sort sort_natural
  split squish strip strip_newlines sum times to_integer truncate truncatewords uniq upcase url_decode url_encode`.split(
    /\s+/,
  );

const templates = createTemplates();
const render = (template: string, data: Readonly<Record<string, unknown>> = {}): Rendered =>
  templates.render(template, { data });
const shown = (template: string, data: Readonly<Record<string, unknown>>): string => {
  const rendered = render(template, data);
  return rendered.ok ? rendered.text : `refused: ${rendered.reason}`;
};

const hostile = {
  nothing: null,
  zero: 0,
  below: -1,
  huge: 1e308,
  // JSON knows no infinity, but numbers that become it.
  beyond: JSON.parse('1e400') as unknown,
  text: 'text',
  number: '12',
  percent: '%E0%A4%A',
  list: [3, 1, 2],
  mixed: [1, 'a', null, { b: 1 }, [2]],
  object: { a: 1, size: 'x', first: [], length: -1 },
  yes: true,
  empty: '',
  deep: JSON.parse('['.repeat(200) + ']'.repeat(200)) as unknown,
};
const names = Object.keys(hostile);

describe('every filter, of every value and with every argument', () => {
  test.each(filters)('%s', (filter) => {
    for (const value of names) {
      for (const args of ['', ...names.map((name) => `: ${name}`), ': text, text', ': 1, huge']) {
        const template = `{{ ${value} | ${filter}${args} }}`;
        const rendered = render(template, hostile);
        const text = rendered.ok ? rendered.text : rendered.reason;
        expect(text, template).toBeTypeOf('string');
        // A date's pattern is the operator's; what is no pattern is text.
        if (rendered.ok && filter !== 'date')
          expect(text, template).not.toMatch(/\bNaN\b|Infinity|undefined|\[object/);
      }
    }
  });
});

describe('a number that cannot be written is a failure with a reason', () => {
  test.each([
    ['{{ a | divided_by: 0 }}', 'divided_by'],
    ['{{ a | modulo: 0 }}', 'modulo'],
    ['{{ a | divided_by: 0 | json }}', 'divided_by'],
    ['{{ a | divided_by: zero | append: "x" }}', 'divided_by'],
    ['{{ huge | times: huge }}', 'times'],
    ['{{ word | to_integer }}', 'to_integer'],
    ['{{ beyond }}', 'the result'],
    ['{{ beyond | append: "" }}', 'append'],
    ['{{ word | append: beyond }}', 'append'],
  ])('%s', (template, what) => {
    const data = { ...hostile, a: 1, word: 'seven' };
    expect(shown(template, data)).toMatch(new RegExp(`^refused: ${what} .*number that can be written`));
  });
});

test.each([
  ['{{ object | append: "!" }}', '{"a":1}!'],
  ['{{ object | url_encode }}', '%7B%22a%22%3A1%7D'],
  ['{{ list | upcase }}', '["X"]'],
  ['{{ text | append: object }}', 'text{"a":1}'],
  ['{{ mixed | join: ", " }}', '1, {"a":1}, '],
  ['{{ list | split: "x" | join: "|" }}', '["|"]'],
  ['{{ missing | json }} {{ text | json }}', 'null "text"'],
])('%s is %s: what is no text is its JSON', (template, text) => {
  const object = { a: 1 };
  expect(shown(template, { object, list: ['x'], text: 'text', mixed: [1, object, null] })).toBe(text);
});

describe('what takes too long or too much is refused at once', () => {
  const words = Array.from({ length: 100_001 }, (_, n) => `w${(n * 7_919) % 100_001}`);
  const long = 'ab,'.repeat(300_000);
  const nested = Array.from({ length: 20_000 }, () => hostile.deep);
  test.each([
    ['{{ words | sort }}', /^refused: sort: a list of 100001 is too long, 10000 at most/],
    ['{{ words | sort_natural }}', /too long/],
    ['{{ words | uniq | size }}', /too long/],
    ['{{ words | concat: words }}', /too long/],
    ['{{ words | join: long }}', /too long/],
    ['{{ few | join: long }}', /limit/],
    ['{{ long | split: "" | reverse }}', /too long/],
    ['{{ long | replace: "a", long }}', /limit/],
    ['{{ text | slice: 0, 1000000000 }}', /limit/],
    ['{{ now | date: "%99999999Y" }}', /limit/],
    ['{{ nested | json: 10 }}', /too many to be indented/],
  ])('%s', (template, reason) => {
    const began = performance.now();
    const data = { words, few: words.slice(0, 9_000), long, nested, text: 'text', now: '2026-01-01' };
    expect(shown(template, data)).toMatch(reason);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('but a list of ordinary length is put in order', () => {
    const some = words.slice(0, 10_000);
    expect(shown('{{ some | sort | last }}', { some })).toBe([...some].sort().at(-1));
  });
});

describe('any chain of filters over any payload', () => {
  const argument = fc.oneof(
    fc.constantFrom(...names),
    fc.integer().map(String),
    fc.string({ maxLength: 5 }).map((text) => JSON.stringify(text.replace(/["\\]/g, ''))),
  );
  const filter = fc
    .tuple(fc.constantFrom(...filters), fc.array(argument, { maxLength: 3 }))
    .map(([name, args]) => (args.length === 0 ? name : `${name}: ${args.join(', ')}`));
  const chain = fc
    .tuple(fc.constantFrom('x', ...names), fc.array(filter, { minLength: 1, maxLength: 5 }))
    .map((parts) => `{{ ${parts.flat().join(' | ')} }}`);

  test('is a text or a reason, in bounded time', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(chain, fc.jsonValue(), (template, x) => {
        const began = performance.now();
        const rendered = render(template, { ...hostile, x });
        expect(rendered.ok ? rendered.text : rendered.reason).toBeTypeOf('string');
        expect(performance.now() - began).toBeLessThan(2_000);
      }),
      { numRuns: RUNS },
    );
  });

  test('text of the payload is never read as a template on its way through them', () => {
    const liquid = fc.string({ unit: fc.constantFrom('{{', '}}', '{%', '%}', 'secrets.S', '|', ' ', 'x') });
    const harmless = fc.constantFrom('append: ""', 'prepend: ""', 'default: ""', 'slice: 0, 10000', 'rstrip');
    fc.assert(
      fc.property(liquid, fc.array(harmless, { maxLength: 4 }), (x, chained) => {
        const text = shown(`{{ ${['x', ...chained].join(' | ')} }}`, { x });
        expect(chained.includes('rstrip') ? text.trimEnd() : text).toBe(
          chained.includes('rstrip') ? x.trimEnd() : x,
        );
      }),
      { numRuns: RUNS },
    );
  });
});
