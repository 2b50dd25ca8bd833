/** Decides when the listener's certificate is said to be about to expire, and to have expired, while time passes. */
import type { Cancel, Clock } from '../core/clock.ts';
import { endsSoonFrom } from '../core/tls.ts';
import { utc } from '../core/utc.ts';
import type { Conditions } from '../telemetry/conditions.ts';
import type { TriggerManager } from '../triggers/manager.ts';

// Nobody renews to the minute, and a clock that jumps is noticed in time.
const LOOK_AGAIN_MS = 3_600_000;

/** What is watched, and who is told. */
export interface CertificateWatchDeps {
  readonly manager: Pick<TriggerManager, 'current' | 'subscribe'>;
  readonly conditions: Pick<Conditions, 'raise' | 'clear'>;
  readonly clock: Clock;
}

/** Keeps the conditions about the certificate true, until it is disposed of. */
export class CertificateWatch implements Disposable {
  readonly #deps: CertificateWatchDeps;
  readonly #leave: () => void;
  #cancel: Cancel = () => {};

  constructor(deps: CertificateWatchDeps) {
    this.#deps = deps;
    this.#leave = deps.manager.subscribe(() => {
      this.#judge();
    });
    this.#judge();
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#leave();
  }

  #judge(): void {
    this.#cancel();
    const { manager, conditions, clock } = this.#deps;
    const { tls } = manager.current();
    const now = clock.now();
    const isOver = tls !== undefined && now >= tls.validTo;
    const isSoon = tls !== undefined && !isOver && now >= endsSoonFrom(tls.validTo);
    if (isSoon) conditions.raise('certificate_expiring', `${utc(tls.validTo)} (UTC)`);
    else conditions.clear('certificate_expiring');
    if (isOver) conditions.raise('certificate_expired', `since ${utc(tls.validTo)} (UTC)`);
    else conditions.clear('certificate_expired');
    if (tls === undefined) return;
    this.#cancel = clock.after(LOOK_AGAIN_MS, () => {
      this.#judge();
    });
  }
}
