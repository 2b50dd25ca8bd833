import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../src/core/freeze.ts';

describe('a frozen value', () => {
  it('refuses every change at any depth, maps and sets included', () => {
    const value = deepFreeze({ list: [{ name: 'a' }], map: new Map([['k', { n: 1 }]]), set: new Set([1]) });
    expect(() => Object.assign(value.list[0] ?? {}, { name: 'b' })).toThrow(TypeError);
    expect(() => value.list.push({ name: 'c' })).toThrow(TypeError);
    expect(() => value.map.set('x', { n: 2 })).toThrow(TypeError);
    expect(() => value.map.delete('k')).toThrow(TypeError);
    expect(() => value.set.add(2)).toThrow(TypeError);
    expect(() => Object.assign(value.map.get('k') ?? {}, { n: 2 })).toThrow(TypeError);
    expect(value.map.get('k')).toEqual({ n: 1 });
  });

  it('stands a cycle', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(Object.isFrozen(deepFreeze(loop))).toBe(true);
  });
});
