import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { Delivery } from '../../src/core/trigger.ts';
import { bodyHashOf, deliveryIdOf, eventNameOf } from '../../src/triggers/delivery.ts';
import type { ParsedDelivery } from '../../src/triggers/delivery.ts';
import { header as headerPlace, json as jsonPlace } from '../../src/triggers/schemes.ts';

function delivered(headers: Delivery['headers'], parsed: JsonObject = {}): ParsedDelivery {
  return { headers, url: '/hook', parsed };
}

describe('eventNameOf', () => {
  it('takes the first header that is present and not empty', () => {
    const places = [headerPlace('x-github-event'), headerPlace('x-event-type')];
    const nameOf = (headers: Delivery['headers']) => eventNameOf(delivered(headers), places);
    expect(nameOf({ 'x-github-event': 'push', 'x-event-type': 'other' })).toBe('push');
    expect(nameOf({ 'x-github-event': '', 'x-event-type': 'other' })).toBe('other');
    expect(nameOf({ event: 'push' })).toBeUndefined();
  });

  it('finds it in the body where the provider has it there, and takes nothing else for a name', () => {
    const places = [jsonPlace('event.type'), headerPlace('x-event-type')];
    const nameOf = (parsed: JsonObject) =>
      eventNameOf(delivered({ 'x-event-type': 'other' }, parsed), places);
    expect(nameOf({ event: { type: 'message' } })).toBe('message');
    expect(nameOf({ event: { type: 2 } })).toBe('2');
    expect(nameOf({ event: { type: { a: 1 } } })).toBe('other');
    expect(nameOf({ event: 'message' })).toBe('other');
  });
});

describe('deliveryIdOf', () => {
  const header = headerPlace('x-id');

  it('reads a header', () => {
    expect(deliveryIdOf(header, delivered({ 'x-id': 'abc' }))).toBe('abc');
  });

  it.each([
    ['event.id', { event: { id: 'abc' } }, 'abc'],
    ['event.id', { event: { id: 12 } }, '12'],
    ['items.1.id', { items: [{}, { id: 'x' }] }, 'x'],
  ])('reads %s of a JSON body', (path, payload, id) => {
    expect(deliveryIdOf(jsonPlace(path), delivered({}, payload))).toBe(id);
  });

  it.each([
    { what: 'no place is configured', where: undefined },
    { what: 'the header is absent', where: header },
    { what: 'the header is empty', where: header, headers: { 'x-id': '' } },
    { what: 'the path leads nowhere', where: jsonPlace('a.b.c'), payload: { a: { b: null } } },
    { what: 'the value is no name', where: jsonPlace('id'), payload: { id: { nested: true } } },
    { what: 'the path leads to what every object has', where: jsonPlace('constructor.name') },
    { what: 'the header is what every object has', where: headerPlace('constructor') },
  ])('is undefined when $what', ({ where, headers = {}, payload = {} }) => {
    expect(deliveryIdOf(where, delivered(headers, payload))).toBeUndefined();
  });

  it('shortens a long id to its hash, so that different ids stay different', () => {
    const idOf = (id: string) => deliveryIdOf(header, delivered({ 'x-id': id }));
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
