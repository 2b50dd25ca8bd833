/** Decides what the ledger suite works with: stores, ids in order, and admissions of which each test names what matters. */
import { onTestFinished } from 'vitest';
import type { Admission, Admitted } from '../../../src/core/admission.ts';
import { deepFreeze } from '../../../src/core/freeze.ts';
import type { BootId, RunId, TriggerId } from '../../../src/core/ids.ts';
import { triggerId } from '../../../src/core/ids.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { Settlement } from '../../../src/core/run-ledger.ts';
import type { ClaimedRun, Payload } from '../../../src/core/run.ts';
import { sampleSpec } from '../../support/samples.ts';

/** One store under test. */
export interface Store {
  readonly ledger: Ledger;
  /** Closes it and opens it again; undefined where nothing outlives the process. */
  readonly reopen: (() => Promise<Ledger>) | undefined;
  readonly close: () => Promise<void>;
}

/** How a kind of store is made, empty. */
export interface StoreKind {
  readonly name: string;
  readonly open: () => Promise<Store>;
}

export const HOUR = 3_600_000;
/** 2026-01-01T00:00:00Z. */
export const T0 = Date.UTC(2026, 0, 1);

export const cronA = triggerId('cron', 'a');
export const cronB = triggerId('cron', 'b');
export const hook = triggerId('webhook', 'hook');

export const boot1 = '018f0000-0000-7000-8000-0000000000b1' as BootId;
export const boot2 = '018f0000-0000-7000-8000-0000000000b2' as BootId;

/** The specification that most admissions share. */
export const spec = deepFreeze(sampleSpec());

/** A store that is closed when the test ends. */
export async function openStore(kind: StoreKind): Promise<Store> {
  const store = await kind.open();
  onTestFinished(store.close);
  return store;
}

export async function openFor(kind: StoreKind): Promise<Ledger> {
  return (await openStore(kind)).ledger;
}

/** The nth run id; they sort by n. */
export function id(n: number): RunId {
  return `018f0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as RunId;
}

/** The nth admission: queued, due at T0 + n, without a limit. */
export function cron(n: number, change: Partial<Admission> = {}): Admission {
  return {
    id: id(n),
    trigger: cronA,
    source: 'cron',
    dueAt: T0 + n,
    admittedAt: T0 + n,
    revision: 1,
    state: 'queued',
    reason: null,
    spec,
    limit: { kind: 'none' },
    ...change,
  };
}

/** The nth admission as a delivery of a webhook. */
export function delivery(n: number, change: Partial<Admission> = {}): Admission {
  return cron(n, { trigger: hook, source: 'webhook', ...change });
}

export function payload(text: string): Payload {
  return {
    body: new TextEncoder().encode(text),
    contentType: 'application/json',
    headers: { 'x-event': 'push' },
  };
}

/** Admits these in one batch. */
export function admit(ledger: Ledger, ...admissions: readonly Admission[]): Promise<readonly Admitted[]> {
  return ledger.runs.admit({ admissions });
}

/** Claims the next run of the trigger, which must be there. */
export async function claimOne(
  ledger: Ledger,
  trigger: TriggerId = cronA,
  now: number = T0 + 1_000,
): Promise<ClaimedRun> {
  const [claimed] = await ledger.runs.claim({ owner: boot1, now, lanes: [{ trigger, max: 1 }] });
  if (claimed === undefined) throw new TypeError('nothing was claimed');
  return claimed;
}

/** The settlement of a claimed run, successful unless changed. */
export function settlement(run: ClaimedRun, change: Partial<Settlement> = {}): Settlement {
  return {
    run: run.id,
    owner: run.owner,
    attempt: run.attempt,
    endedAt: T0 + 5_000,
    exitCode: 0,
    endedBy: null,
    reason: null,
    state: 'succeeded',
    ...change,
  };
}

/** Admits, claims and settles one run, so that it has ended at `endedAt`. */
export async function finish(ledger: Ledger, admission: Admission, endedAt: number): Promise<void> {
  await admit(ledger, admission);
  const run = await claimOne(ledger, admission.trigger, endedAt - 1);
  await ledger.runs.settle(settlement(run, { endedAt }));
}

/** The states of the trigger's runs, oldest admission first. */
export async function states(ledger: Ledger, trigger: TriggerId = cronA): Promise<readonly string[]> {
  const runs = await ledger.runs.list({ trigger, limit: 1_000 });
  return runs.map(({ state }) => state).toReversed();
}
