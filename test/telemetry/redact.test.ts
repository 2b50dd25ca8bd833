import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { Redactor } from '../../src/telemetry/redact.ts';

describe('the redactor', () => {
  const redactor = new Redactor();
  redactor.know([new Secret('correct horse'), new Secret('abc')]);

  it.each([
    ['https://api.telegram.org/bot123456789:AAHfiqksKZ8WmR2zSjiQ7_v4TMcn1aXyZ/getMe', 'AAHfiqks'],
    ['key sk-proj-abcdefghijklmnop1234', 'abcdefghijklmnop'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123', 'abcdefghij'],
    ['Authorization: Bearer eyJhbGciOi.x.y', 'eyJhbGciOi'],
    ['the password is correct horse!', 'correct horse'],
  ])('masks %s', (text, secret) => {
    expect(redactor.text(text)).not.toContain(secret);
    expect(redactor.text(text)).toContain('[secret]');
  });

  it('masks by name at any depth, errors included, and leaves the rest', () => {
    const clean = redactor.value({
      list: [{ headers: { authorization: 'x', accept: 'json' } }],
      cause: new TypeError('correct horse'),
      count: 3,
    });
    expect(clean).toMatchObject({
      list: [{ headers: { authorization: '[secret]', accept: 'json' } }],
      cause: { name: 'TypeError', message: '[secret]' },
      count: 3,
    });
  });

  it('goes on masking what the file no longer holds: a run under way may still print it', () => {
    const one = new Redactor();
    one.know([new Secret('old-value')]);
    one.know([new Secret('new-value')]);
    expect(one.text('old-value, new-value')).toBe('[secret], [secret]');
  });

  it('finds every configured secret in any text, the longest where several fit', () => {
    const value = fc.string({ minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string({ maxLength: 6 })),
        (values, between) => {
          const one = new Redactor();
          one.know(values.map((each) => new Secret(each)));
          const masked = one.text(
            between.map((text, index) => text + (values[index % values.length] ?? '')).join('|'),
          );
          const left = masked.split('[secret]').join('\n');
          for (const each of values)
            expect(left.includes(each), JSON.stringify([values, masked])).toBe(false);
        },
      ),
    );
  });

  it('does not mask words because a tiny secret occurs in them', () => {
    expect(redactor.text('abcdef')).toBe('abcdef');
  });
});
