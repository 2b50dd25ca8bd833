import { beforeEach, describe, expect, it } from 'vitest';
import type { Admission } from '../../src/core/admission.ts';
import { AppError } from '../../src/core/errors.ts';
import type { AppEvent } from '../../src/core/event.ts';
import { newBootId, newRunId } from '../../src/core/ids.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { readinessOf } from '../../src/service/status.ts';
import { watchStore } from '../../src/service/store-health.ts';
import { Conditions } from '../../src/telemetry/conditions.ts';
import { sampleSpec } from '../support/samples.ts';

const spec = sampleSpec();
const boot = newBootId();

function admission(): Admission {
  const moment = { dueAt: 0, admittedAt: 0, revision: 1, state: 'queued', reason: null } as const;
  return {
    id: newRunId(),
    trigger: spec.trigger,
    source: 'manual',
    ...moment,
    spec,
    limit: { kind: 'none' },
  };
}

describe('a store that refuses writes', () => {
  let fault: Error | undefined;
  let conditions: Conditions;
  let ledger: Ledger;
  let events: AppEvent[];

  beforeEach(() => {
    fault = undefined;
    events = [];
    conditions = new Conditions(
      (event) => void events.push(event),
      () => 0,
    );
    const { runs, deliveries, triggers, service, chat, usage, reports, location } = new MemoryLedger();
    /** The writes of this store, each refused while there is a fault. */
    const refusing = <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get: (target, name) => {
          const method = Reflect.get(target, name) as (...given: readonly unknown[]) => unknown;
          return (...given: readonly unknown[]) =>
            fault === undefined ? method.apply(target, [...given]) : Promise.reject(fault);
        },
      });
    ledger = watchStore(
      {
        runs: refusing(runs),
        deliveries,
        triggers,
        service: refusing(service),
        chat,
        usage,
        reports,
        location,
        [Symbol.asyncDispose]: async () => {},
      },
      conditions,
    );
  });

  const writes = {
    admission: () => ledger.runs.admit({ admissions: [admission()] }),
    claim: () => ledger.runs.claim({ owner: boot, now: 0, lanes: [{ trigger: spec.trigger, max: 1 }] }),
    settlement: () =>
      ledger.runs.settle({
        ...{ run: newRunId(), owner: boot, attempt: 1, endedAt: 0, exitCode: 0, endedBy: null },
        ...{ reason: null, state: 'succeeded' },
      }),
    'sign of life': () => ledger.service.alive(boot, 0),
  } as const satisfies Record<string, () => Promise<unknown>>;
  const names = Object.keys(writes) as ReadonlyArray<keyof typeof writes>;
  const isReady = (): boolean => readinessOf({ conditions, isReady: () => true }).ready;

  it.each(names)(
    'keeps the service from being ready from a refused %s to the next that it takes',
    async (name) => {
      fault = new AppError('unavailable', 'disk full');
      await expect(writes[name]()).rejects.toBe(fault);
      expect(conditions.list()).toMatchObject([
        { code: 'store_unavailable', text: 'the store refuses writes: disk full' },
      ]);
      expect(isReady()).toBe(false);
      fault = undefined;
      await writes[name]();
      expect(isReady()).toBe(true);
    },
  );

  it('is told once, however much it refuses', async () => {
    fault = new AppError('unavailable', 'disk full');
    await Promise.allSettled(names.map((name) => writes[name]()));
    fault = undefined;
    await Promise.all(names.map((name) => writes[name]()));
    expect(events.map((event) => event.kind === 'condition' && event.active)).toEqual([true, false]);
  });

  it('is not meant by a bug, which says nothing about the disk', async () => {
    fault = new TypeError('a bug');
    await expect(writes.admission()).rejects.toBe(fault);
    expect(isReady()).toBe(true);
  });
});
