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

  it('does not mask words because a tiny secret occurs in them', () => {
    expect(redactor.text('abcdef')).toBe('abcdef');
  });
});
