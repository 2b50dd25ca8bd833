/** Holds the listener to the certificate of the live configuration, also where it comes up while that changes. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { TlsPair } from '../../src/core/tls.ts';
import { Listening } from '../../src/service/listening.ts';
import { Conditions } from '../../src/telemetry/conditions.ts';
import { issue } from '../support/certificate.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleSnapshot } from '../support/samples.ts';
import { eventually } from '../support/untether.ts';

function pair(): TlsPair {
  const { cert, key, fingerprint } = issue();
  return { cert, key: new Secret(key), minVersion: 'TLSv1.2', validTo: 0, fingerprint };
}

/** Listening on a port that is taken until `free` is called. */
async function waiting(tls: TlsPair | undefined) {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const empty = sampleSnapshot();
  const withTls = (next: TlsPair | undefined): Snapshot => ({
    ...empty,
    server: { ...empty.server, port },
    tls: next,
  });
  let live = withTls(tls);
  const clock = new FakeClock();
  const listening = new Listening({
    handlerFor: () => () => {},
    current: () => live,
    clock,
    log: silentLog,
    conditions: new Conditions(
      () => {},
      () => 0,
    ),
    inherited: undefined,
  });
  const closed = (): Promise<void> => listening.close(0);
  onTestFinished(closed);
  await listening.open();
  return {
    listening,
    clock,
    port,
    prepare: (next: TlsPair | undefined) => listening.prepare(withTls(next), live),
    swap: (next: TlsPair | undefined) => {
      live = withTls(next);
    },
    free: () => new Promise((resolve) => holder.close(resolve)),
  };
}

async function shownOn(port: number): Promise<string | undefined> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket.getPeerX509Certificate()?.fingerprint256;
}

it.each<[string, boolean]>([
  ['before the address could be had', false],
  ['while the save was made ready', true],
])('shows the certificate of a save %s', async (_when, isBetween) => {
  const [old, renewed] = [pair(), pair()];
  const { listening, clock, port, prepare, swap, free } = await waiting(old);
  expect(listening.bound).toBeUndefined();
  const comeUp = async (): Promise<void> => {
    await free();
    await clock.advance(10_000);
    await eventually('it listens', async () => listening.bound !== undefined);
  };
  const prepared = await prepare(renewed);
  if (prepared.kind !== 'ready') throw new Error(prepared.reason);
  if (isBetween) await comeUp();
  swap(renewed);
  const outcomes = prepared.staged.commit();
  expect(outcomes).toHaveLength(isBetween ? 1 : 0);
  if (!isBetween) await comeUp();
  expect(listening.tls?.fingerprint).toBe(renewed.fingerprint);
  expect(await shownOn(port)).toBe(renewed.fingerprint);
});

it('refuses a save with a pair that TLS refuses, at its key, and shows what it has shown', async () => {
  const old = pair();
  const { listening, clock, port, prepare, free } = await waiting(old);
  await free();
  await clock.advance(10_000);
  await eventually('it listens', async () => listening.bound !== undefined);
  expect(await prepare({ ...pair(), key: old.key })).toMatchObject({
    kind: 'refused',
    path: ['triggers', 'server', 'tls'],
  });
  expect(await shownOn(port)).toBe(old.fingerprint);
});
