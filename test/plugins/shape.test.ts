/** Holds what an export comes to: what it can do by name, or what is wrong with it in words. */
import { describe, expect, test } from 'vitest';
import { shapeOf } from '../../src/plugins/shape.ts';

const run = (): void => {};
const verify = run;

describe('an export', () => {
  test('can do what it names', () => {
    const exported = {
      description: 'all',
      commands: { Hello: { run } },
      actions: { a: { run } },
      verifiers: { default: { verify }, v: { verify, headers: ['X-Proof', 'authorization'] } },
      filters: { slug: run },
    };
    expect(shapeOf(exported)).toMatchObject({
      ok: true,
      shape: {
        commands: [{ name: 'hello', key: 'Hello' }],
        actions: ['a'],
        verifiers: [
          { name: 'default', headers: [] },
          { name: 'v', headers: ['x-proof', 'authorization'] },
        ],
        filters: ['slug'],
      },
    });
  });

  test.for([
    [{ verifier: {} }, /a plugin has no "verifier"; it may have .*verifiers, filters/],
    [{ verifiers: [] }, /"verifiers" is no object/],
    [{ verifiers: { a: { run } } }, /"verifiers\.a" has no function "verify"/],
    [{ verifiers: { 'a b': { verify } } }, /"a b" is no name of a verifier/],
    [{ verifiers: { a: { verify, headers: 'X-Proof' } } }, /"verifiers\.a\.headers" is no list/],
    [{ verifiers: { a: { verify, headers: ['X-Proof', 1] } } }, /"verifiers\.a\.headers" is no list/],
    [{ verifiers: { a: { verify, headers: ['X Proof'] } } }, /"verifiers\.a\.headers" is no list/],
    [{ filters: { a: { run } } }, /"filters\.a" is no function/],
    [{ filters: { 'a.b': run } }, /"a\.b" is no name of a filter/],
    [{ actions: { '1': { run } } }, /"1" is no name of an action/],
  ] as const)('%j is none', ([exported, reason]) => {
    expect(shapeOf(exported)).toEqual({ ok: false, reason: expect.stringMatching(reason) as unknown });
  });
});
