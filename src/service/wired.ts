/** Decides what the ways into a service are made from: its parts, wired, and what changes while it lives. */
import type { Departure } from '../core/restart.ts';
import type { Parts } from './parts.ts';
import type { Reloading } from './reloading.ts';
import type { Resources } from './resources.ts';

/** What part of its life the service is in. */
export type Phase = 'starting' | 'running' | 'draining';

/** A service before anybody can reach it. */
export interface Wired {
  readonly resources: Resources;
  readonly parts: Parts;
  readonly reloading: Reloading;
  readonly phase: () => Phase;
  readonly leave: (departure: Departure) => void;
}
