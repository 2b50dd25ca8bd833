/** Decides how fast a delivery of each provider is verified, parsed and named: all that the intake does with it before the ledger. */
import { createHmac } from 'node:crypto';
import { AppError } from '../src/core/errors.ts';
import { Secret } from '../src/core/secret.ts';
import type { Delivery } from '../src/core/trigger.ts';
import { compileAuth, providerNames } from '../src/triggers/auth.ts';
import type { ProviderName } from '../src/triggers/auth.ts';
import { deliveryIdOf, eventNameOf } from '../src/triggers/delivery.ts';
import { parsePayload } from '../src/triggers/payload.ts';
import { deliveryOf, senders } from '../test/triggers/senders.ts';
import { atMost } from './row.ts';
import type { Row } from './row.ts';
import { median } from './spread.ts';

export const name = 'senders: one delivery of each provider verified, parsed and named, CPU of one core';

const ROUNDS = 5;
const ROUND_MS = 60;
/** They check a public key, which costs what the curve costs. */
const asymmetric: ReadonlySet<string> = new Set<ProviderName>(['discord', 'sendgrid']);
const BASELINE = 'createHmac over 1 KB';

/** The baseline and the providers take turns, so that noise meets all of them. */
export function run(): Promise<readonly Row[]> {
  const works = new Map<string, () => void>([
    [BASELINE, bareHmac()],
    ...providerNames.map((provider) => [provider, taking(provider)] as const),
  ]);
  const times = new Map<string, number[]>([...works.keys()].map((what) => [what, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [what, work] of works) times.get(what)?.push(microseconds(work));
  const base = median(times.get(BASELINE) ?? []);
  return Promise.resolve([...times].map(([what, measured]) => rowOf(what, median(measured), base)));
}

function rowOf(what: string, value: number, base: number): Row {
  if (what === BASELINE) return { what, value, unit: 'µs' };
  return {
    what,
    value,
    unit: 'µs',
    baseline: BASELINE,
    ratio: value / base,
    targets: asymmetric.has(what) ? [] : [atMost(3, 'ratio')],
  };
}

function bareHmac(): () => void {
  const body = Buffer.alloc(1_024, 'x');
  return () => void createHmac('sha256', 'secret').update(body).digest();
}

function taking(provider: ProviderName): () => void {
  const sender = senders[provider];
  const auth = compileAuth({ kind: 'provider', provider, secrets: [new Secret(sender.secret)] });
  const delivery: Delivery = deliveryOf(sender);
  const contentType = delivery.headers['content-type'] ?? '';
  return function take(): void {
    const verdict = auth.verify(delivery);
    const parsed = parsePayload(delivery.body, contentType);
    if (!verdict.ok || !parsed.ok) throw new AppError('internal', `${provider}: must be let in`);
    const named = { headers: delivery.headers, url: delivery.url, parsed: parsed.value };
    eventNameOf(named, auth.eventPlaces);
    deliveryIdOf(auth.deliveryId, named);
  };
}

/** CPU of one call. */
function microseconds(work: () => void): number {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let count = 0;
  while (performance.now() - startedAt < ROUND_MS) {
    for (let index = 0; index < 20; index += 1) work();
    count += 20;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
