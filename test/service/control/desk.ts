/** Decides what the control port stands on in its tests: a ledger in memory, a clock by hand, and actions that wait. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Admission, Admit, Admitted } from '../../../src/core/admission.ts';
import type { Control } from '../../../src/core/control.ts';
import type { AppEvent } from '../../../src/core/event.ts';
import type { RunId, TriggerId } from '../../../src/core/ids.ts';
import { newBootId, newRunId, triggerId } from '../../../src/core/ids.ts';
import { silentLog } from '../../../src/core/log.ts';
import type { Outcome, Run } from '../../../src/core/run.ts';
import type { Snapshot } from '../../../src/core/snapshot.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { createAdmit } from '../../../src/runs/admissions.ts';
import type { Execute } from '../../../src/runs/attempt.ts';
import { Dispatcher } from '../../../src/runs/dispatcher.ts';
import { Trimmer } from '../../../src/runs/trimmer.ts';
import { Mutes } from '../../../src/service/chat/mutes.ts';
import { createControl } from '../../../src/service/control/control.ts';
import type { ControlDeps } from '../../../src/service/control/control.ts';
import { Pauses } from '../../../src/service/pauses.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { tellNobody } from '../../support/tell-nobody.ts';
import { sampleCron, sampleLimits, sampleSnapshot, sampleSpec } from '../../support/samples.ts';

/** The port and everything under it. Runs wait in the queue until `work` is called. */
export class Desk implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly ledger = new MemoryLedger();
  readonly events: AppEvent[] = [];
  readonly control: Control;
  readonly pauses: Pauses;
  snapshot: Snapshot = sampleSnapshot([sampleCron('nightly')]);
  isDraining = false;
  /** What comes in by the control port, as a budget would let it in. */
  judge: (admission: Admission) => Admission = (admission) => admission;
  /** What the scheduler answers for any cron that is switched on. */
  next: number | undefined;
  readonly #folder: string;
  readonly #dispatcher: Dispatcher;
  readonly #admit: (admission: Admission) => Promise<readonly Admitted[]>;
  readonly #ends = new Map<RunId, (outcome: Outcome) => void>();

  private constructor(folder: string) {
    this.#folder = folder;
    const { clock, ledger } = this;
    const publish = (event: AppEvent): void => void this.events.push(event);
    this.pauses = new Pauses(
      { ledger: ledger.triggers, clock, log: silentLog, publish, onResumed: () => {} },
      [],
    );
    this.#dispatcher = new Dispatcher({
      ...{ runs: ledger.runs, owner: newBootId(), publish, log: silentLog, clock, tell: tellNobody },
      limits: () => sampleLimits(),
      isHeld: () => false,
      random: () => 0,
      execute: this.#execute,
      trimmer: new Trimmer(clock, silentLog),
      outputRoot: join(folder, 'output'),
      workRoot: join(folder, 'work'),
    });
    const newcomers = {
      queued: ({ trigger, spec }: Admission) => {
        this.#dispatcher.queued(trigger, spec);
      },
      scheduled: () => {},
      replacing: () => {},
    };
    const admit = createAdmit(ledger.runs, newcomers, publish);
    this.#admit = (admission) => admit({ admissions: [admission] });
    const judged: Admit = ({ admissions, ...rest }) =>
      admit({ ...rest, admissions: admissions.map((one) => this.judge(one)) });
    const unused = (): never => {
      throw new Error('not the business of these tests');
    };
    const deps: ControlDeps = {
      ...{ admit: judged, clock, publish, dispatcher: this.#dispatcher, pauses: this.pauses },
      ...{
        runs: ledger.runs,
        reports: ledger.reports,
        triggers: ledger.triggers,
        deliveries: ledger.deliveries,
        chat: ledger.chat,
        usage: ledger.usage,
      },
      mutes: new Mutes(ledger.chat, clock, new Map()),
      pausesNow: () => this.pauses.list(),
      current: () => this.snapshot,
      isDraining: () => this.isDraining,
      nextOf: (cron) => (this.snapshot.crons.has(cron) ? this.next : undefined),
      outputRoot: join(folder, 'output'),
      mask: (text) => text,
    };
    this.control = createControl(deps, {
      status: unused,
      plugins: unused,
      reloadPlugins: unused,
      watchPlugins: unused,
      pluginLog: unused,
      reload: unused,
      reloadAll: unused,
      reloadBots: unused,
      reloadHooks: unused,
      reloadTelemetry: unused,
      rollback: unused,
      revisions: unused,
      plan: unused,
      restart: unused,
      say: unused,
      hear: unused,
    });
  }

  static async open(): Promise<Desk> {
    return new Desk(await mkdtemp(join(tmpdir(), 'untether-control-')));
  }

  /** Begins to claim what waits. */
  work(): void {
    this.#dispatcher.start();
  }

  /** Puts a row of the cron `nightly` into the ledger, past the control port. */
  async admit(change: Partial<Admission> = {}): Promise<RunId> {
    const id = newRunId();
    await this.#admit({
      id,
      trigger: triggerId('cron', 'nightly'),
      source: 'cron',
      dueAt: this.clock.now(),
      admittedAt: this.clock.now(),
      revision: 1,
      state: 'queued',
      reason: null,
      spec: sampleSpec(),
      limit: { kind: 'none' },
      ...change,
    });
    return id;
  }

  /** Resolves once the attempt of the run is under way. */
  async started(run: RunId): Promise<void> {
    while (!this.#ends.has(run)) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Ends the attempt that is under way with success; resolves once that is settled. */
  succeed(run: RunId): Promise<void> {
    return this.#endAs(run, { kind: 'succeeded', exitCode: 0, endedBy: null, reason: null });
  }

  /** The same with a failure. */
  fail(run: RunId): Promise<void> {
    return this.#endAs(run, { kind: 'failed', exitCode: 3, endedBy: null, reason: 'exit 3' });
  }

  async row(run: RunId): Promise<Run | undefined> {
    return this.ledger.runs.get(run);
  }

  /** The pauses of these triggers, by the ledger. */
  async paused(): Promise<ReadonlyArray<TriggerId | undefined>> {
    return (await this.ledger.triggers.pauses()).map(({ trigger }) => trigger);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher.drain({ timeoutMs: 0, hurry: AbortSignal.abort() });
    this.pauses.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #endAs(run: RunId, outcome: Outcome): Promise<void> {
    await this.started(run);
    this.#ends.get(run)?.(outcome);
    await this.#dispatcher.settled(run);
  }

  readonly #execute: Execute = ({ id }, { signal }) => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#ends.set(id, resolve);
    const obey = (): void => {
      resolve({ kind: 'interrupted', exitCode: null, endedBy: null, reason: null });
    };
    if (signal.aborted) obey();
    else signal.addEventListener('abort', obey);
    return promise;
  };
}
