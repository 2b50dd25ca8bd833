import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NESTING, parsePayload } from '../../src/triggers/payload.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** The object, or the reason there is none. */
function parse(body: string | Buffer, contentType = JSON_TYPE): unknown {
  const parsed = parsePayload(Buffer.from(body), contentType);
  return parsed.ok ? parsed.value : parsed.reason;
}
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('a JSON body', () => {
  it.each([
    JSON_TYPE,
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/vnd.api+json',
    'application/cloudevents+json',
    '',
    'application/octet-stream',
  ])('is read under the content type "%s"', (contentType) => {
    expect(parse('{"a":{"b":1}}', contentType)).toEqual({ a: { b: 1 } });
  });

  it.each([
    ['[1,2]', [1, 2]],
    ['"text"', 'text'],
    ['12.5', 12.5],
    ['null', null],
    ['true', true],
  ])('whose root is %s is reachable as _body', (body, value) => {
    expect(parse(body)).toEqual({ _body: value });
  });

  it('may be empty', () => {
    expect(parse('')).toEqual({});
  });

  it('may begin with a byte order mark', () => {
    expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it('is what JSON.parse says it is, for every value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        const root: unknown = JSON.parse(text);
        const isObject = typeof root === 'object' && root !== null && !Array.isArray(root);
        expect(parse(text)).toEqual(isObject ? root : { _body: root });
      }),
    );
  });

  it.each([
    '{',
    '{"a":1,}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":-Infinity}',
    "{'a':1}",
    '{"a":1}x',
    ' ',
    '\0',
    '[1',
    '{"a":"\n"}',
  ])('is refused when it is %j', (body) => {
    expect(parse(body)).toBe('invalid JSON');
  });

  it.each([
    ['a lone continuation byte', Buffer.from([0x22, 0x80, 0x22])],
    ['a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['UTF-16', Buffer.from('{"a":"é"}', 'utf16le').subarray(0, 15)],
    ['a sequence that is cut off', Buffer.from([0x22, 0xe2, 0x82])],
  ])('is refused when it holds %s', (_what, body) => {
    expect(parse(body)).toMatch(/body is not UTF-8|invalid JSON/);
  });

  it('keeps a member called __proto__ a mere member', () => {
    const value = parse('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(value['admin']).toBeUndefined();
  });
});

describe('nesting', () => {
  it('may be as deep as the limit, in arrays and objects', () => {
    expect(parse(nested(MAX_NESTING))).toHaveProperty('_body');
    expect(parse(`${'{"a":'.repeat(MAX_NESTING)}1${'}'.repeat(MAX_NESTING)}`)).toHaveProperty('a');
  });

  it.each([MAX_NESTING + 1, 10_000, 500_000])('of %i levels is refused', (levels) => {
    expect(parse(nested(levels))).toBe(`nested more than ${MAX_NESTING} levels`);
  });

  it('is what brackets mean, not how many there are', () => {
    const wide = JSON.stringify(Array.from({ length: 1_000 }, () => ({ a: [] })));
    expect(parse(wide)).toHaveProperty('_body');
    expect(parse(JSON.stringify({ text: '[{'.repeat(1_000), quote: '"[\\"{' }))).toHaveProperty('text');
  });

  it('is found in time that grows with the length only, in quotes that never end too', () => {
    const hostile = `${'['.repeat(MAX_NESTING + 1)}"${'\\"'.repeat(250_000)}`;
    expect(parse(hostile)).toBe(`nested more than ${MAX_NESTING} levels`);
    const shallow = `${'[]'.repeat(MAX_NESTING + 1)}"${'\\"'.repeat(250_000)}`;
    expect(parse(shallow)).toBe('invalid JSON');
  });
});

describe('a form', () => {
  it('becomes an object, repeated fields a list', () => {
    expect(parse('a=1&b=two+words&c=%C3%A9&b=3', FORM_TYPE)).toEqual({
      a: '1',
      b: ['two words', '3'],
      c: 'é',
    });
  });

  it('with a field `payload` is the JSON in it, as GitHub sends it', () => {
    expect(parse(`payload=${encodeURIComponent('{"zen":"a+b"}')}`, `${FORM_TYPE}; charset=utf-8`)).toEqual({
      zen: 'a+b',
    });
    expect(parse('payload=%7Bbroken', FORM_TYPE)).toBe('invalid JSON');
    expect(parse(`payload=${nested(MAX_NESTING + 1)}`, FORM_TYPE)).toBe(
      `nested more than ${MAX_NESTING} levels`,
    );
  });

  it('that is JSON in truth is read as JSON, as curl -d sends it', () => {
    expect(parse('{"a":1}', FORM_TYPE)).toEqual({ a: 1 });
    expect(parse('{"a":1', FORM_TYPE)).toBe('invalid JSON');
  });

  it('keeps a field called __proto__ a mere field', () => {
    const value = parse('__proto__=x', FORM_TYPE) as object;
    expect(Object.getOwnPropertyNames(value)).toEqual(['__proto__']);
  });

  it('of a hundred thousand equal fields is one list', () => {
    expect(parse('a&'.repeat(100_000), FORM_TYPE)).toEqual({ a: Array.from({ length: 100_000 }, () => '') });
  });
});

describe('other bodies', () => {
  it.each([
    'text/plain',
    'text/plain; charset=UTF-8',
    'application/xml',
    'text/xml',
    'application/atom+xml',
    'TEXT/CSV',
  ])('of type %s stay as they are', (contentType) => {
    expect(parse('<a>{1</a>', contentType)).toEqual({ _body: '<a>{1</a>' });
  });

  it('must be UTF-8 all the same', () => {
    expect(parse(Buffer.from([0x61, 0xff]), 'text/plain')).toBe('body is not UTF-8');
  });

  it('in several parts are refused', () => {
    expect(parse('--x--', 'multipart/form-data; boundary=x')).toBe('multipart is not accepted here');
  });

  it('of any bytes and type are answered without throwing', () => {
    const contentType = fc.oneof(
      fc.constantFrom(JSON_TYPE, FORM_TYPE, 'text/xml', 'multipart/mixed'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.uint8Array(), contentType, (body, type) => {
        expect(typeof parsePayload(body, type).ok).toBe('boolean');
      }),
    );
  });

  it('may be a view into a larger buffer', () => {
    const view = new Uint8Array(Buffer.from('xx{"a":1}xx')).subarray(2, 9);
    expect(parsePayload(view, JSON_TYPE)).toEqual({ ok: true, value: { a: 1 } });
  });
});
