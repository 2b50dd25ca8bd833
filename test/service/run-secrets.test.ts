import { expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import { runSecrets } from '../../src/service/run-secrets.ts';
import { TriggerManager } from '../../src/triggers/manager.ts';
import { sampleSnapshot } from '../support/samples.ts';

function holding(secrets: Readonly<Record<string, string>>): Snapshot {
  const entries = Object.entries(secrets).map(([name, value]) => [name, new Secret(value)] as const);
  return { ...sampleSnapshot(), secrets: new Map(entries) };
}

it('answers with the value of now, and with the last one of a name that is gone until it comes back', () => {
  const manager = new TriggerManager(holding({ a: '1' }));
  const secretOf = runSecrets(manager);
  const values = [{ a: '2' }, {}, { b: '3' }, { a: '4' }].map((next) => {
    manager.swap(holding(next));
    return secretOf('a')?.reveal();
  });
  expect(values).toEqual(['2', '2', '2', '4']);
  expect(secretOf('c')).toBeUndefined();
});
