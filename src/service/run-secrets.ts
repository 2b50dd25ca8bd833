/**
 * Decides which secret a stored run is given: that of now, so that a rotated one takes effect at once; of a name that has
 * left the file, the last that it stood for. A run finishes under the specification with which it was admitted.
 */
import type { Secret } from '../core/secret.ts';
import type { TriggerManager } from '../triggers/manager.ts';

/** The secret behind a name; undefined: no file of this life of the process had one. */
export type SecretOf = (name: string) => Secret | undefined;

/** Remembers from now on what leaves the file, for as long as the process lives: no value is ever stored. */
export function runSecrets(manager: Pick<TriggerManager, 'current' | 'subscribe'>): SecretOf {
  const gone = new Map<string, Secret>();
  manager.subscribe((next, previous) => {
    for (const [name, secret] of previous.secrets) if (!next.secrets.has(name)) gone.set(name, secret);
  });
  return (name) => manager.current().secrets.get(name) ?? gone.get(name);
}
