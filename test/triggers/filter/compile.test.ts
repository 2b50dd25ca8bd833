import { describe, expect, it } from 'vitest';
import { createExpressionReader, MAX_EXPRESSION } from '../../../src/triggers/filter/compile.ts';
import { expression, facts, outcome } from './facts.ts';

const push = facts(
  {
    action: 'opened',
    number: 5,
    ratio: 0.5,
    draft: false,
    nothing: null,
    ref: 'refs/heads/main',
    user: { name: 'ann', roles: ['admin', 'dev'] },
    labels: [{ name: 'bug' }, { colour: 'red' }],
    at: '2026-01-01T10:00:00Z',
    mixed: [1, 'a', null],
    constructor: { prototype: 1 },
  },
  {
    headers: { 'x-github-event': 'push', host: 'h' },
    query: { env: 'prod', tag: ['a', 'b'] },
    event: 'push',
  },
);

describe('a filter', () => {
  it.each<[string, boolean]>([
    ['body.action == "opened"', true],
    ["body.action == 'closed'", false],
    ['body.action in ["opened", "reopened"] && !body.draft', true],
    ['body.number == 5', true],
    ['5 == body.number && body.number == 5.0', true],
    ['body.number > 4 && body.number <= 5 && body.number < 5.5', true],
    ['body.number + 1 == 6 && body.number % 2 == 1 && body.number / 2 == 2.5', true],
    ['-body.number * 2 == -10', true],
    ['body.number == "5"', false],
    ['body.number != "5"', true],
    ['body.ratio * 2 == 1', true],
    ['body.nothing == null', true],
    ['body.action == null', false],
    ['body.user.name.startsWith("a") && body.user["name"].size() == 3', true],
    ['"admin" in body.user.roles && size(body.user.roles) == 2', true],
    ['"name" in body.user', true],
    ['body.user.roles[0] == "admin"', true],
    ['body.mixed == [1, "a", null]', true],
    ['body.user == {"name": "ann", "roles": ["admin", "dev"]}', true],
    ['body.labels.exists(l, l.name == "bug")', true],
    ['body.labels.exists(l, l.name == "none")', false],
    ['body.labels.filter(l, l.name == "bug").size() == 1', true],
    ['body.labels.exists_one(l, has(l.colour))', true],
    ['body.user.roles.map(r, r.upperAscii()) == ["ADMIN", "DEV"]', true],
    ['body.labels.map(l, has(l.name), l.name) == ["bug"]', true],
    ['body.ref.matches("^refs/heads/(main|release/.+)$")', true],
    ['body.ref.matches("tags")', false],
    ['body.ref.split("/")[2] == "main"', true],
    ['timestamp(body.at) - timestamp("2026-01-01T09:00:00Z") == duration("1h")', true],
    ['timestamp(body.at).getHours() == 10', true],
    ['event == "push" && headers["x-github-event"] == event && headers.host == "h"', true],
    ['query.env == "prod" && "b" in query.tag', true],
    ['query.tag == "a"', false],
    ['body.draft ? body.number > 100 : body.number < 100', true],
    ['(body.action == "opened") == (body.number == 5)', true],
    ['body.constructor.prototype == 1', true],
    ['type(body.action) == string && string(body.number) == "5" && int("7") > 6', true],
    ['true', true],
  ])('%s is %s', (text, expected) => {
    expect(outcome(text, push)).toBe(expected);
  });

  it.each<[string, boolean]>([
    ['body.gone == "x"', false],
    ['body.gone.deeper.still == "x"', false],
    ['body.gone > 3', false],
    ['body.gone != "x"', false],
    ['body.gone == null', false],
    ['"x" in body.gone', false],
    ['body.gone', false],
    ['body.gone.startsWith("x")', false],
    ['size(body.gone) == 0', false],
    ['body.user.roles[7] == "x"', false],
    ['body.action.deeper == "x"', false],
    ['headers.gone == "x"', false],
    ['query.gone == "x"', false],
    ['has(body.gone)', false],
    ['has(body.gone.deeper)', false],
    ['body.gone.exists(x, true)', false],
    ['body.gone.all(x, true)', false],
    ['!body.gone', true],
    ['!(body.gone == "x")', true],
    ['!(body.gone != "x")', true],
    ['!has(body.gone)', true],
    ['!has(body.gone) || body.gone == "x"', true],
    ['body.gone == "x" || body.action == "opened"', true],
    ['body.action == "opened" && body.gone == "x"', false],
    ['(body.gone == "x") == false', true],
    ['(body.gone != "x") == false', true],
    ['(body.gone > 3) == false && ("x" in body.gone) == false', true],
    ['body.gone ? false : true', true],
    ['body.labels.all(l, l.name == "bug")', false],
    ['body.labels.exists(l, !(l.name == "bug"))', true],
  ])('takes a missing field for false in what is compared or tested: %s is %s', (text, expected) => {
    expect(outcome(text, push)).toBe(expected);
  });

  it('takes an event that no header names for a missing field', () => {
    expect(outcome('event == "push"', facts({}))).toBe(false);
    expect(outcome('!(event == "push")', facts({}))).toBe(true);
  });

  it.each([
    ['body.action > 3', 'the filter failed in body.action > 3: no such overload'],
    ['!(body.action > 3)', 'the filter failed in body.action > 3: no such overload'],
    ['body.nothing > 3', 'the filter failed in body.nothing > 3: no such overload'],
    ['body.number', 'the filter failed in body.number: it is neither true nor false'],
    ['body.number && true', 'the filter failed in body.number: it is neither true nor false'],
    ['body.number.matches("5")', 'the filter failed in body.number.matches("5"): no matching overload'],
    ['bool(body.action)', 'the filter failed in bool(body.action): bool conversion error'],
    ['1 / 0 == body.number', 'the filter failed in 1 / 0 == body.number: division by zero'],
    ['body.labels.exists(l, l > 1)', 'the filter failed in body.labels.exists(l, l > 1): no such overload'],
    [
      'body.action.exists(x, true)',
      'the filter failed in body.action.exists(x, true): invalid comprehension range',
    ],
  ])('that fails does not pass, and says in which part: %s', (text, reason) => {
    expect(outcome(text, push)).toBe(reason);
  });

  it.each(['body.action > 3 || true', 'true || body.action > 3', '!(body.action > 3 && false)'])(
    'that comes to the same whatever the failing part is, passes: %s',
    (text) => {
      expect(outcome(text, push)).toBe(true);
    },
  );

  it.each([
    ['body.a ==', 'Unexpected token: EOF (character 10)'],
    ['body.a ==== 1', 'Unexpected token: EQ (character 10)'],
    ['body.a == 1 &&\n  body.b ==== 2', 'Unexpected token: EQ (line 2, character 12)'],
    ['"a" + 1 == "a1"', /^no such overload: string \+ int \(character 1\)$/],
    ['bodi.a == 1', /^Unknown variable: bodi; there are body, headers, query and event, .*\(character 1\)$/],
    ['headers.x-github-event == "push"', /a header is written headers\["x-github-event"\] \(character 11\)/],
    ['process.env.HOME == ""', /^Unknown variable: process;/],
    ['globalThis == 1', /^Unknown variable: globalThis;/],
    ['1 + 1', 'must come to true or false, and this is int (character 1)'],
    ['"yes"', 'must come to true or false, and this is string (character 1)'],
    ['body.a.matches("(")', /^matches\(\) cannot read its pattern: .* \(character 16\)$/],
    ['body.a.matches("(?=x)")', /^matches\(\) cannot read its pattern: /],
    ['body.a.matches(body.b)', 'what matches() takes must be written out, as a string (character 1)'],
    ['duration(body.a) > duration("1h")', /must be written out/],
    ['body.a.join() == ""', /^there is no join\(\) in a filter; there are size, /],
    ['bytes(body.a) == b"x"', /^there is no bytes\(\) in a filter; there are has, /],
    ['cel.bind(x, body.a, x == 1)', /^there is no bind\(\) in a filter/],
    ['body.a.exists(x)', 'exists() takes another number of arguments (character 1)'],
    ['test_(0, body.a)', /^there is no test_\(\) in a filter/],
    ['"x".__proto__ == 1', /^Cannot index type 'string'/],
    [`${'('.repeat(60)}true${')'.repeat(60)}`, /^Exceeded maxDepth/],
    [`body.a == "${'x'.repeat(MAX_EXPRESSION)}"`, /^is longer than 20000 characters$/],
    [Array.from({ length: 3_000 }, () => 'body.a').join('||'), /^Exceeded maxAstNodes|^is longer/],
  ])('that cannot be read is refused with its place: %s', (text, message) => {
    expect(createExpressionReader()(text)).toEqual({
      ok: false,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('is as long as its author needs it', () => {
    const many = Array.from({ length: 400 }, (_, index) => `body.number == ${index}`).join(' || ');
    expect(outcome(many, push)).toBe(true);
    expect(outcome(many, facts({ number: 400 }))).toBe(false);
  });

  it('sees own members only, whatever a payload calls them', () => {
    const hostile = facts(
      JSON.parse('{"__proto__":{"a":1},"constructor":null,"toString":"x","b":{"constructor":"y"}}') as object,
    );
    expect(outcome('has(body.hasOwnProperty) || has(body.b.toString) || has(body.a)', hostile)).toBe(false);
    expect(
      outcome('body["__proto__"].a == 1 && body.constructor == null && body.toString == "x"', hostile),
    ).toBe(true);
    expect(outcome('body.b.constructor == "y"', hostile)).toBe(true);
    expect(outcome('has(headers.constructor)', facts({}, { headers: { constructor: 'z' } }))).toBe(true);
  });
});

describe('an explanation', () => {
  it('tells each comparison in order, and which field was missing', () => {
    const { passage, tests } = expression('body.number == 5 && (body.gone.x == 1 || !(body.draft))').explain(
      push,
    );
    expect(passage).toEqual({ passes: true });
    expect(tests).toEqual([
      { text: 'body.number == 5', outcome: 'true', detail: null },
      { text: 'body.gone.x == 1', outcome: 'missing', detail: 'No such key: gone' },
      { text: 'body.draft', outcome: 'false', detail: null },
    ]);
  });

  it('leaves out what a list is gone through for', () => {
    const { tests } = expression('body.labels.exists(l, l.name == "none")').explain(push);
    expect(tests).toEqual([
      { text: 'body.labels.exists(l, l.name == "none")', outcome: 'false', detail: null },
    ]);
  });

  it.each([['(body.number) == (5)'], ['((body.number)) + 1 == (5 + 1)'], ['body.action.matches("(open)")']])(
    'shows a part as it was written: %s',
    (text) => {
      expect(
        expression(text)
          .explain(push)
          .tests.map((one) => one.text),
      ).toEqual([text.replace(/^\(\((.*?)\)\)/, '((body.number))')]);
    },
  );
});
