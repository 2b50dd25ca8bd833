/** Holds the cutting of a stream into lines to its promises: nothing lost, nothing endless, nothing that throws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LINE_BYTES, streamReader } from '../../src/engines/stream.ts';
import type { StreamLine } from '../../src/engines/stream.ts';

const json = (value: object): StreamLine => ({ kind: 'json', value }) as StreamLine;
const text = (words: string): StreamLine => ({ kind: 'text', text: words });

function read(...pieces: readonly (Uint8Array | string)[]): readonly StreamLine[] {
  const reader = streamReader();
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

describe('lines', () => {
  test('objects are read, other lines are handed out as they are, empty ones are none', () => {
    expect(read('{"a":1}\r\n\n  \nplain words\n[1]\n"x"\n{"b":{}}\n')).toEqual([
      json({ a: 1 }),
      text('plain words'),
      text('[1]'),
      text('"x"'),
      json({ b: {} }),
    ]);
  });

  test('noise before the first `{` is cut off', () => {
    expect(read('\u001b[2m12:00 log\u001b[0m {"a":1}\n\uFEFF{"b":2}\n')).toEqual([
      json({ a: 1 }),
      json({ b: 2 }),
    ]);
  });

  test('a line that only looks like an object is text', () => {
    expect(read('{ not JSON\n{"a":1} and more\n')).toEqual([text('{ not JSON'), text('{"a":1} and more')]);
  });

  test('the half line at the end is tried', () => {
    expect(read('{"a":1}\n{"b":2}')).toEqual([json({ a: 1 }), json({ b: 2 })]);
    expect(read('{"a":1}\n{"b":')).toEqual([json({ a: 1 }), text('{"b":')]);
  });

  test('a line is handed out as soon as it ends, and only once', () => {
    const reader = streamReader();
    expect(reader.push('{"a":')).toEqual([]);
    expect(reader.push('1}\n{"b"')).toEqual([json({ a: 1 })]);
    expect(reader.push(':2}\n')).toEqual([json({ b: 2 })]);
    expect(reader.end()).toEqual([]);
  });

  test('an object nested deeper than any stack is survived', () => {
    const depth = 200_000;
    expect(() => read(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}\n`)).not.toThrow();
  });
});

describe('pieces', () => {
  const stream = Buffer.from('log {"a":"häß 🌍\u2028"}\n\r\nwörds 🌍\n{"b":[1,{"c":null}]}\n{"half":"🌍"}');

  test('a stream cut at any byte gives the same lines', () => {
    const whole = read(stream);
    for (let at = 0; at <= stream.length; at += 1)
      expect(read(stream.subarray(0, at), stream.subarray(at))).toEqual(whole);
  });

  test('a stream cut into any pieces gives the same lines', () => {
    const whole = read(stream);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: stream.length })), (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), stream.length];
        const pieces = ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
        expect(read(...pieces)).toEqual(whole);
      }),
    );
  });

  test('any bytes are survived', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array()), (pieces) => read(...pieces).length >= 0));
  });

  test('objects of any content come out as they went in', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (objects) => {
        const written = objects.map((object) => JSON.parse(JSON.stringify(object)) as object);
        expect(read(Buffer.from(written.map((object) => `${JSON.stringify(object)}\n`).join('')))).toEqual(
          written.map(json),
        );
      }),
    );
  });
});

describe('a line above the limit', () => {
  const mebibyte = Buffer.alloc(1 << 20, 'x');

  test('is dropped, and the lines around it are kept', () => {
    const reader = streamReader();
    expect(reader.push('{"a":1}\n{"huge":"')).toEqual([json({ a: 1 })]);
    for (let count = 0; count < 20; count += 1) expect(reader.push(mebibyte)).toEqual([]);
    expect(reader.push('"}\n{"b":2}\n')).toEqual([json({ b: 2 })]);
  });

  test('is dropped too when it never ends', () => {
    const reader = streamReader();
    for (let count = 0; count < 20; count += 1) reader.push(mebibyte);
    expect(reader.end()).toEqual([]);
  });

  test('is one byte longer than the longest line that is kept', () => {
    const line = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;
    expect(read(`${line(MAX_LINE_BYTES)}\n`)).toHaveLength(1);
    expect(read(`${line(MAX_LINE_BYTES + 1)}\n`)).toEqual([]);
  });

  test('counts bytes, not characters', () => {
    const reader = streamReader(10);
    expect(reader.push('ééééé\néééééx\n')).toEqual([text('ééééé')]);
  });
});
