import { describe, expect, it } from 'vitest';
import { asRunId, asTriggerId, newRunId, splitTriggerId, triggerId } from '../../src/core/ids.ts';

describe('ids', () => {
  it('sort by the moment they were minted', () => {
    const ids = [1_000, 2_000, 3_000].map((ms) => newRunId(ms));
    expect([...ids].sort()).toEqual(ids);
  });

  it('reads back only what it mints', () => {
    const id = newRunId(1_000);
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
