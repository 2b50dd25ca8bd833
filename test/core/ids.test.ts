import { describe, expect, it } from 'vitest';
import { asRunId, asTriggerId, newRunId, splitTriggerId, triggerId } from '../../src/core/ids.ts';

describe('ids', () => {
  it('sort in the order in which they were minted', () => {
    const ids = Array.from({ length: 1_000 }, () => newRunId());
    expect([...ids].sort()).toEqual(ids);
  });

  it('reads back only what it mints', () => {
    const id = newRunId();
    expect(asRunId(id.toUpperCase())).toBe(id);
    expect(asRunId('7f9c24e8-3b12-4fef-91e0-5e0b3b2f1a11')).toBeUndefined();
    expect(asRunId('nonsense')).toBeUndefined();
  });

  it('names triggers by kind and own id', () => {
    expect(splitTriggerId(triggerId('webhook', 'a:b'))).toEqual({ kind: 'webhook', name: 'a:b' });
    expect(asTriggerId('cron:nightly')).toBe('cron:nightly');
    for (const text of ['nightly', 'cron:', ':x', 'corn:x', ''])
      expect(asTriggerId(text), text).toBeUndefined();
  });
});
