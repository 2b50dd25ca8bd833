/** Holds what is said of the listener's certificate to the clock, and to the certificate that is live. */
import { expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { TlsPair } from '../../src/core/tls.ts';
import { CertificateWatch } from '../../src/service/certificate-watch.ts';
import { Conditions } from '../../src/telemetry/conditions.ts';
import { TriggerManager } from '../../src/triggers/manager.ts';
import { FAKE_START_MS, FakeClock } from '../support/fake-clock.ts';
import { sampleSnapshot } from '../support/samples.ts';

const DAY_MS = 86_400_000;

function until(days: number): TlsPair {
  const validTo = FAKE_START_MS + days * DAY_MS;
  return { cert: '', key: new Secret('key'), minVersion: 'TLSv1.2', validTo, fingerprint: '' };
}

function watched(tls: TlsPair | undefined) {
  const clock = new FakeClock();
  const manager = new TriggerManager(sampleSnapshot([], { tls }));
  const told: string[] = [];
  const conditions = new Conditions(
    (event) => {
      if (event.kind === 'condition') told.push(`${event.active ? '+' : '-'} ${event.text}`);
    },
    () => clock.now(),
  );
  const watch = new CertificateWatch({ manager, conditions, clock });
  const raised = (): readonly string[] => conditions.list().map(({ code }) => code);
  return { clock, manager, told, watch, raised };
}

const EXPIRING = '+ the certificate of the webhook listener is to be renewed before it expires';
const EXPIRED =
  '+ the certificate of the webhook listener has expired: senders refuse it until it is renewed';

it('says once that a certificate ends in 14 days, and once that it has ended', async () => {
  const { clock, told, raised } = watched(until(15));
  expect(raised()).toEqual([]);
  await clock.advance(DAY_MS + 3_600_000);
  expect(raised()).toEqual(['certificate_expiring']);
  await clock.advance(13 * DAY_MS);
  expect(told).toEqual([`${EXPIRING}: 2026-01-16 00:00:00 (UTC)`]);
  await clock.advance(DAY_MS);
  expect(raised()).toEqual(['certificate_expired']);
  expect(told.at(-1)).toBe(`${EXPIRED}: since 2026-01-16 00:00:00 (UTC)`);
});

it('takes it back when the clock was ahead', async () => {
  const { clock, raised } = watched(until(-1));
  expect(raised()).toEqual(['certificate_expired']);
  await clock.set(FAKE_START_MS - 30 * DAY_MS);
  await clock.advance(3_600_000);
  expect(raised()).toEqual([]);
});

it('takes it back when the certificate is renewed, or wanted no more', async () => {
  const { clock, manager, raised } = watched(until(-1));
  expect(raised()).toEqual(['certificate_expired']);
  manager.swap(sampleSnapshot([], { revision: 2, tls: until(10) }));
  expect(raised()).toEqual(['certificate_expiring']);
  manager.swap(sampleSnapshot([], { revision: 3, tls: until(90) }));
  expect(raised()).toEqual([]);
  manager.swap(sampleSnapshot([], { revision: 4, tls: until(1) }));
  manager.swap(sampleSnapshot([], { revision: 5, tls: undefined }));
  expect(raised()).toEqual([]);
  expect(clock.pending).toBe(0);
});

it('watches nothing any more once it has ended', () => {
  const { clock, manager, watch, raised } = watched(until(90));
  watch[Symbol.dispose]();
  manager.swap(sampleSnapshot([], { revision: 2, tls: until(-1) }));
  expect(raised()).toEqual([]);
  expect(clock.pending).toBe(0);
});
