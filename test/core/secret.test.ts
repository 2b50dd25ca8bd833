import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';

describe('a secret', () => {
  it('shows itself only when it is revealed', () => {
    const secret = new Secret('hunter2');
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }),
      Object.values(secret).join(),
    ];
    expect(shown.join(' ')).not.toContain('hunter2');
    expect(secret.reveal()).toBe('hunter2');
  });
});
