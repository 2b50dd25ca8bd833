import { describe, expect, it } from 'vitest';
import { bodyHashOf, deliveryIdOf, eventNameOf } from '../../src/triggers/delivery.ts';

describe('eventNameOf', () => {
  it('takes the first header that is present and not empty', () => {
    const names = ['x-github-event', 'x-event-type'];
    expect(eventNameOf({ 'x-github-event': 'push', 'x-event-type': 'other' }, names)).toBe('push');
    expect(eventNameOf({ 'x-github-event': '', 'x-event-type': 'other' }, names)).toBe('other');
    expect(eventNameOf({ event: 'push' }, names)).toBeUndefined();
  });
});

describe('deliveryIdOf', () => {
  const header = { kind: 'header', name: 'x-id' } as const;
  const json = (name: string) => ({ kind: 'json', name }) as const;

  it('reads a header', () => {
    expect(deliveryIdOf(header, { 'x-id': 'abc' }, {})).toBe('abc');
  });

  it.each([
    ['event.id', { event: { id: 'abc' } }, 'abc'],
    ['event.id', { event: { id: 12 } }, '12'],
    ['items.1.id', { items: [{}, { id: 'x' }] }, 'x'],
  ])('reads %s of a JSON body', (path, payload, id) => {
    expect(deliveryIdOf(json(path), {}, payload)).toBe(id);
  });

  it.each([
    { what: 'no place is configured', where: undefined },
    { what: 'the header is absent', where: header },
    { what: 'the header is empty', where: header, headers: { 'x-id': '' } },
    { what: 'the path leads nowhere', where: json('a.b.c'), payload: { a: { b: null } } },
    { what: 'the value is no name', where: json('id'), payload: { id: { nested: true } } },
    { what: 'the path leads to what every object has', where: json('constructor.name') },
    { what: 'the header is what every object has', where: { kind: 'header', name: 'constructor' } as const },
  ])('is undefined when $what', ({ where, headers = {}, payload = {} }) => {
    expect(deliveryIdOf(where, headers, payload)).toBeUndefined();
  });

  it('shortens a long id to its hash, so that different ids stay different', () => {
    const idOf = (id: string) => deliveryIdOf(header, { 'x-id': id }, {});
    expect(idOf('x'.repeat(200))).toBe('x'.repeat(200));
    expect(idOf('x'.repeat(5_000))).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(idOf('x'.repeat(5_000))).not.toBe(idOf('x'.repeat(5_001)));
  });
});

describe('bodyHashOf', () => {
  it('is the SHA-256 of the raw bytes in hex', () => {
    // FIPS 180-2, appendix B.1
    expect(bodyHashOf(Buffer.from('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
