import { describe, expect, it } from 'vitest';
import { acceptedReply, replies, replyOf, retryAfter } from '../../src/server/replies.ts';
import type { ReplyKind } from '../../src/server/replies.ts';

describe('every reply', () => {
  it.each(Object.keys(replies) as ReplyKind[])('%s is JSON whose length is told', (kind) => {
    const reply = replyOf(kind);
    expect(JSON.parse(reply.body)).toEqual(replies[kind].body);
    expect(reply.headers).toEqual([
      'Content-Type',
      'application/json',
      'Content-Length',
      String(Buffer.byteLength(reply.body)),
    ]);
  });

  it('that was written out for speed is what the table says', () => {
    const written = acceptedReply('0190');
    expect(written).toEqual(replyOf('accepted', { run: '0190', headers: ['Location', '/-/runs/0190'] }));
  });
});

describe('retryAfter', () => {
  it.each([
    [0, '1'],
    [1, '1'],
    [1_000, '1'],
    [1_001, '2'],
    [59_999, '60'],
  ])('asks for %i ms in whole seconds, never too early and never at once', (waitMs, seconds) => {
    expect(retryAfter(waitMs)).toEqual(['Retry-After', seconds]);
  });
});
