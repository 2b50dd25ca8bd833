/** Holds templates to their contract: what names mean, what is refused, and that payloads never become templates. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { createTemplates, hasTemplate, literalStart } from '../../src/triggers/template.ts';
import type { TemplateValues } from '../../src/triggers/template.ts';

const templates = createTemplates();

function render(text: string, data: TemplateValues['data'] = {}): string {
  const rendered = templates.render(text, { data });
  return rendered.ok ? rendered.text : `refused: ${rendered.reason}`;
}

describe('names', () => {
  const data = {
    a: { b: [1, { c: 'two' }], 'x-y': 3, 0: 'zero' },
    'user-name': 'ada',
    'odd name': 'odd',
    yes: true,
    no: false,
    nothing: null,
    half: 0.5,
    one: 1.0,
  };

  test.each([
    ['{{a.b.0}}', '1'],
    ['{{ a.b.0 }}', '1'],
    ['{{a.b[0]}}', '1'],
    ['{{a["b"][1].c}}', 'two'],
    ['{{a.b.1.c}}', 'two'],
    ['{{a.0}}', 'zero'],
    ['{{a.x-y}}', '3'],
    ['{{user-name}}', 'ada'],
    ['{{["odd name"]}}', 'odd'],
    ['{{yes}} {{no}}', 'true false'],
    ['{{half}} {{one}}', '0.5 1'],
    ['{{a.b}}', '[1,{"c":"two"}]'],
    ['{{a.b.1}}', '{"c":"two"}'],
    ['[{{nothing}}{{missing}}{{missing.deeper.0}}{{a.b.9.c}}]', '[]'],
    ['{{missing | default: "main"}} {{user-name | default: "x"}}', 'main ada'],
    ['{{user-name | upcase}} {{a.b | json}}', 'ADA [1,{"c":"two"}]'],
    ['{% raw %}{{a}}{% endraw %} {{yes}}', '{{a}} true'],
    ['no braces: { } % $', 'no braces: { } % $'],
  ])('%s is %s', (template, text) => {
    expect(render(template, data)).toBe(text);
  });

  test('only own properties are reached, also of what came with odd keys', () => {
    const evil: TemplateValues['data'] = { payload: JSON.parse('{"__proto__": {"x": 1}, "a": {}}') };
    expect(
      render('[{{toString}}{{constructor.name}}{{payload.constructor}}{{payload.a.__proto__}}]', evil),
    ).toBe('[]');
    expect(render('{{payload.__proto__.x}}', evil)).toBe('1');
  });
});

describe('what the operator alone may name', () => {
  const values: TemplateValues = {
    data: { env: { HOME: 'forged' }, secrets: { TOKEN: 'forged' }, which: 'OTHER', root: 'secrets' },
    environment: (name) => ({ HOME: '/home/ada', OTHER: 'other' })[name],
    secrets: (name) => (name === 'TOKEN' || name === 'OTHER' ? new Secret(`the ${name}`) : undefined),
  };

  test('variables and secrets come from the service, whatever the payload calls itself', () => {
    expect(templates.render('{{env.HOME}} {{secrets.TOKEN}}', values)).toEqual({
      ok: true,
      text: '/home/ada the TOKEN',
    });
  });

  test.each([
    ['{{env.MISSING}}', 'the environment variable MISSING is not set'],
    ['{{secrets.MISSING}}', 'there is no secret named MISSING'],
  ])('%s refuses instead of rendering as nothing', (template, reason) => {
    expect(templates.render(template, values)).toEqual({ ok: false, reason });
  });

  test.each([
    '{{secrets[which]}}',
    '{{secrets}}',
    '{{secrets | json}}',
    '{{env[which]}}',
    '{{x | append: env}}',
  ])('a payload cannot choose: %s does not load', (template) => {
    expect(templates.check(template)).toContain('must be followed by one name');
    expect(templates.render(template, values).ok).toBe(false);
  });

  test('a computed root reaches no secret that the template does not name itself', () => {
    expect(templates.render('{{[root][which]}}', values)).toEqual({ ok: true, text: '' });
    expect(templates.render('{{[root].OTHER}}{{secrets.TOKEN}}', values)).toEqual({
      ok: true,
      text: 'the TOKEN',
    });
  });

  test('they can be listed for a check when the file is loaded', () => {
    expect(
      templates.operatorNames('{{env.A}}{{env["B"]}}{{x | default: env.A}}{{secrets.S}}{{now}}{{x.now}}'),
    ).toEqual({
      env: ['A', 'B'],
      secrets: ['S'],
      own: ['now'],
      filters: [],
    });
    expect(templates.operatorNames('plain')).toEqual({ env: [], secrets: [], own: [], filters: [] });
  });

  test('without a source nothing is found', () => {
    expect(templates.render('{{env.HOME}}', { data: { env: { HOME: 'forged' } } }).ok).toBe(false);
  });
});

describe('what does not load', () => {
  test.each([
    '{{',
    '{{ a',
    '{{}}',
    '{{a | nonsense}}',
    '{{a..b}}',
    '{% include "/etc/passwd" %}',
    '{% render "/etc/passwd" %}',
    '{% layout "/etc/passwd" %}',
    '{% for i in (1..1000000000) %}x{% endfor %}',
    '{% assign a = 1 %}',
    '{% if a %}b{% endif %}',
    '{{a | where_exp: "x", b}}',
    '{{a | raw}}',
    '{{a | hmac_sha256: "k"}}',
  ])('%s', (template) => {
    expect(templates.check(template)).toBeTypeOf('string');
    expect(templates.render(template, { data: {} }).ok).toBe(false);
  });

  test.each(['plain', '{{a}}', '{{ now | date: "%Y-%m-%d" }}', '{ {a} }', '}}'])('%s loads', (template) => {
    expect(templates.check(template)).toBeUndefined();
  });
});

describe('bounds', () => {
  test.each([
    ['{{ (1..n) }}', { n: 1e9 }],
    ['{{ a | replace: "", a }}', { a: 'x'.repeat(1e7) }],
    ['{{ a | split: "" | join: a }}', { a: 'x'.repeat(1e6) }],
  ])('%s is refused, not carried out', (template, data) => {
    expect(render(template, data)).toMatch(
      /^refused: .*limit|^refused: .*is too long|^refused: Invalid string length/,
    );
  });

  test('a value nested beyond all reason hurts nobody', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(/^(\[+\]+|refused: .*)$/.test(render('{{deep}}', { deep }))).toBe(true);
  });

  test('it goes on rendering rightly after more templates than it keeps', () => {
    const many = createTemplates();
    for (let n = 0; n < 2_000; n++)
      expect(many.render(`${n}{{a}}`, { data: { a: n } })).toEqual({ ok: true, text: `${n}${n}` });
    expect(many.render('0{{a}}', { data: { a: 'again' } })).toEqual({ ok: true, text: '0again' });
  });
});

describe('what a payload can change', () => {
  test.each([
    ['plain', false],
    ['{{now}} {{due_at}} {{run_id}} {{trigger_id}}', false],
    ['{{env.A}} {{secrets["B"]}}', false],
    ['{% raw %}{{a}}{% endraw %}', false],
    ['{{a}}', true],
    ['{{headers.x-id}}', true],
    ['{{now | append: a}}', true],
    ['{{missing | default: now}}', true],
    ['{{[trigger_id]}}', true],
    ['{{ broken', true],
  ])('%s: %s', (template, depends) => {
    expect(templates.dependsOnPayload(template)).toBe(depends);
  });

  test.each([
    ['--ref={{a}}', '--ref='],
    ['{{a}}', ''],
    ['x{% raw %}y', 'x'],
    ['plain', 'plain'],
    ['', ''],
    ['a { b', 'a { b'],
  ])('the literal start of %s is %s', (template, start) => {
    expect(literalStart(template)).toBe(start);
  });
});

describe('payloads never become templates', () => {
  const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point));
  const anyText = fc.string({ unit: codePoint });
  const liquid = fc.string({
    unit: fc.constantFrom('{{', '}}', '{%', '%}', 'a', ' ', '"', '|', '.', '\n', 'env.HOME'),
  });

  test('text with template syntax comes out as it went in, any number of times', () => {
    fc.assert(
      fc.property(fc.oneof(liquid, anyText), (text) => {
        expect(render('{{x}}', { x: text })).toBe(text);
        expect(render('{{x.y.0}}', { x: { y: [text] } })).toBe(text);
        expect(render('<{{x}}{{x}}>', { x: text })).toBe(`<${text}${text}>`);
      }),
    );
  });

  test('objects come out as JSON that reads back as themselves', () => {
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (value) => {
        expect(JSON.parse(render('{{x}}', { x: value }))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('no payload and no template makes it throw', () => {
    const names = fc.constantFrom('a', 'b-c', '0', '__proto__', 'constructor', 'size', 'first', 'env', 'now');
    const path = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => `{{${parts.join('.')}}}`);
    fc.assert(
      fc.property(fc.oneof(path, liquid), fc.dictionary(names, fc.jsonValue()), (template, data) => {
        const rendered = templates.render(template, { data });
        expect(rendered.ok ? rendered.text : rendered.reason).toBeTypeOf('string');
        if (!hasTemplate(template)) expect(rendered).toEqual({ ok: true, text: template });
        if (templates.check(template) !== undefined) expect(rendered.ok).toBe(false);
      }),
    );
  });
});
