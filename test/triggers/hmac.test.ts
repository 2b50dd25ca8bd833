import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hmac } from '../../src/triggers/hmac.ts';

describe('Hmac', () => {
  it('gives the published example of the GitHub documentation', () => {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    const hmac = new Hmac('sha256', Buffer.from("It's a Secret to Everybody"));
    const digest = hmac.digest('', Buffer.from('Hello, World!'));
    expect(digest.toString('hex')).toBe('757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17');
  });

  it.each([
    // RFC 4231 §4.2 and §4.7 (a key longer than a block), RFC 2202 §3 test case 1
    {
      algorithm: 'sha256' as const,
      key: Buffer.alloc(20, 0x0b),
      text: 'Hi There',
      expected: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    },
    {
      algorithm: 'sha256' as const,
      key: Buffer.alloc(131, 0xaa),
      text: 'Test Using Larger Than Block-Size Key - Hash Key First',
      expected: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    },
    {
      algorithm: 'sha1' as const,
      key: Buffer.alloc(20, 0x0b),
      text: 'Hi There',
      expected: 'b617318655057264e28bc0b6fb378c8ef146be00',
    },
  ])('gives the RFC test vector $expected', ({ algorithm, key, text, expected }) => {
    expect(new Hmac(algorithm, key).digest('', Buffer.from(text)).toString('hex')).toBe(expected);
  });

  it('equals createHmac for every key, prefix and body, however often it is asked', () => {
    const bytes = fc.uint8Array({ maxLength: 3_000 });
    const ascii = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    const message = fc.tuple(ascii, bytes);
    fc.assert(
      fc.property(
        fc.constantFrom('sha1', 'sha256'),
        fc.uint8Array({ maxLength: 200 }),
        fc.array(message),
        (algorithm, key, messages) => {
          const hmac = new Hmac(algorithm, key);
          for (const [prefix, body] of messages) {
            const expected = createHmac(algorithm, key).update(prefix).update(body).digest('hex');
            expect(hmac.digest(prefix, body).toString('hex')).toBe(expected);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([16_383 - 64, 16_384 - 64, 16_385 - 64, 1_048_576])('is right for a body of %i bytes', (length) => {
    const body = Buffer.alloc(length, 'x');
    const expected = createHmac('sha256', 'key').update(body).digest('hex');
    expect(new Hmac('sha256', Buffer.from('key')).digest('', body).toString('hex')).toBe(expected);
  });
});
