/** Decides what there is to know about a provider, and under which of its schemes a secret is. */
import type { Place } from '../core/trigger.ts';
import type { HandshakeName } from './handshakes.ts';
import type { Scheme } from './schemes.ts';

/** What a provider's name in the configuration sets at once. */
export interface Preset {
  /** A secret belongs to the first whose `secretPrefix` it begins with, else to the last. */
  readonly schemes: readonly [Scheme, ...Scheme[]];
  /** Absent: nothing in its deliveries tells a repeated one from a new one. */
  readonly deliveryId?: Place;
  /** What it sends again is written anew: another body under a known id is the same delivery all the same. */
  readonly isRewritten?: true;
  /** Where the event's name is, before the headers that every webhook looks into. */
  readonly events: readonly Place[];
  readonly handshake?: HandshakeName;
  /** The provider's own page about it. */
  readonly page: string;
}

/** The scheme of a row that a secret belongs to. */
export function schemeOf({ schemes }: Preset, secret: string): Scheme {
  const isItsOwn = ({ secretPrefix }: Scheme): boolean =>
    secretPrefix !== undefined && secret.startsWith(secretPrefix);
  return schemes.find(isItsOwn) ?? schemes.at(-1) ?? schemes[0];
}
