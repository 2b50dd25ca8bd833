/** Decides how a saved configuration goes live: one reload at a time, all of it or nothing, and told once. */
import { pause } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf, toAppError } from '../core/errors.ts';
import type { Publish, ReloadOutcome, ReloadReport, ReloadSource } from '../core/event.ts';
import type { Issue, Snapshot } from '../core/snapshot.ts';
import type { TriggerManager } from '../triggers/manager.ts';
import { changedSecrets } from './changed-secrets.ts';
import { diffTriggers, needRestart } from './diff.ts';
import type { TriggerDifference } from './diff.ts';
import { mayBeUnfinished, restBefore } from './doubt.ts';
import { greatLoss } from './great-loss.ts';
import { errorLines, issuesOf } from './issues.ts';
import { numbered } from './loaded.ts';
import type { Loaded, LoadResult } from './loaded.ts';
import { fault } from './problem.ts';
import type { PutBack } from './pin.ts';
import { prepareAll } from './stage.ts';
import type { Prepared, Stage, Staged } from './stage.ts';
import { SharedTurn } from './shared-turn.ts';
import { Turns } from './turns.ts';
import { wholeOf } from './whole.ts';

/** What a reload works with. */
export interface ReloadDeps {
  /** What is live at the start. */
  readonly booted: Loaded;
  readonly manager: TriggerManager;
  readonly clock: Clock;
  /** Loads the files, or a revision in their place; `previous` is what is live. The number of its revision does not matter yet. */
  readonly load: (previous: Loaded, putBack?: PutBack) => Promise<LoadResult>;
  /** Records a configuration that is about to go live and numbers it. A rejection stops the reload. */
  readonly revisionOf: (loaded: Loaded) => Promise<number>;
  /** What follows the snapshot by means of its own. */
  readonly stages: () => readonly Stage[];
  /** Writes what must be on disk before the swap. A rejection stops the reload, its message is reported. */
  readonly beforeSwap: (next: Snapshot, previous: Snapshot) => Promise<void>;
  /** Remembers which revision stands in for the files, or that none does. A rejection stops the reload. */
  readonly pin: (next: Loaded) => Promise<void>;
  /** Told the files to watch, after every load. */
  readonly watch: (files: readonly string[]) => void;
  readonly publish: Publish;
}

// Long enough for an editor to finish what it is writing.
const SECOND_LOOK_MS = 300;
const NONE: TriggerDifference = { added: [], removed: [], modified: [] };

/** Carries out reloads, whoever asks for them. */
export class ReloadEngine {
  readonly #deps: ReloadDeps;
  #live: Loaded;
  readonly #turns = new Turns();
  readonly #asked = new SharedTurn<ReloadReport>(this.#turns);
  /** The hash of the save that a stage refused last, if nothing was asked for since. */
  #awaited: string | undefined;
  /** The errors that were reported last, until a reload is good again. */
  #failure: string | undefined;

  constructor(deps: ReloadDeps) {
    this.#deps = deps;
    this.#live = deps.booted;
  }

  /** What is live. */
  live(): Loaded {
    return this.#live;
  }

  /** Publishes what the start left out, so that its end is told too. */
  tellStart(): ReloadReport {
    return this.#tell(this.#report('start', { changed: false, difference: NONE, issues: [] }));
  }

  /** Reloads; never rejects. What is asked for during a reload is answered by one more after it. */
  reload(source: ReloadSource): Promise<ReloadReport> {
    return this.#asked.ask(() => this.#run(source, () => this.#load(source)));
  }

  /**
   * Puts a revision in the place of the files, by the same way. `choose` says which, asked when nothing else reloads;
   * rejects as it does, and otherwise never.
   */
  rollback(choose: (live: Loaded) => Promise<PutBack>, source: ReloadSource): Promise<ReloadReport> {
    return this.#turns.take(async () => {
      const chosen = await choose(this.#live);
      return this.#run(source, () => this.#deps.load(this.#live, chosen));
    });
  }

  /** What the last save lacks is outside of it and may come to be had, such as a port: `again` tries. */
  get isAwaiting(): boolean {
    return this.#awaited !== undefined;
  }

  /** Tries what a stage refused once more, unless the files say something else by now; undefined: they do. */
  again(): Promise<ReloadReport | undefined> {
    return this.#turns.take(async () => {
      const hash = this.#awaited;
      if (hash === undefined) return undefined;
      const result = await this.#deps.load(this.#live);
      this.#awaited = undefined;
      const isSame = result.ok && result.loaded.hash === hash;
      return isSame ? this.#run('again', async () => result) : undefined;
    });
  }

  async #run(source: ReloadSource, load: () => Promise<LoadResult>): Promise<ReloadReport> {
    try {
      this.#awaited = undefined;
      const result = await load();
      const report = result.ok
        ? await this.#apply(result.loaded, source)
        : this.#refuse(result.issues, source);
      this.#deps.watch(
        result.ok ? result.loaded.watch : [...new Set([...this.#live.watch, ...result.watch])],
      );
      return report;
    } catch (error) {
      return this.#refuse([this.#issueOf(error)], source);
    }
  }

  /** Loads, and looks again at what may be a file that is still being written. */
  async #load(source: ReloadSource): Promise<LoadResult> {
    const { clock, load } = this.#deps;
    let result = await load(this.#live);
    if ((source === 'watch' && !result.ok) || mayBeUnfinished(result, this.#live)) {
      await pause(clock, SECOND_LOOK_MS);
      result = await load(this.#live);
    }
    // Somebody who asks for a reload has finished writing.
    while (source === 'watch' && result.ok) {
      const restMs = restBefore(result.loaded, this.#live);
      if (restMs === 0) return result;
      await pause(clock, restMs);
      const again = await load(this.#live);
      if (again.ok && again.loaded.hash === result.loaded.hash) return again;
      result = again;
    }
    return result;
  }

  async #apply(next: Loaded, source: ReloadSource): Promise<ReloadReport> {
    const previous = this.#live;
    if (next.snapshot === previous.snapshot) {
      await this.#pin(next);
      this.#live = next;
      return this.#tell(
        this.#report(source, { changed: false, difference: NONE, issues: next.snapshot.warnings }),
      );
    }
    const prepared = await prepareAll(this.#deps.stages(), next.snapshot, previous.snapshot);
    if (prepared.kind === 'refused') {
      this.#awaited = next.hash;
      return this.#refuse(await stageIssues(prepared, next), source);
    }
    const { staged } = prepared;
    const live = await this.#record(next, staged);
    this.#live = live;
    this.#deps.manager.swap(live.snapshot);
    const outcomes = staged.commit();
    const difference = diffTriggers(live.snapshot, previous.snapshot);
    const issues = [...live.snapshot.warnings, ...greatLoss(difference, live.snapshot, previous.snapshot)];
    const secrets = changedSecrets(live.memory, previous.memory);
    return this.#tell(this.#report(source, { changed: true, difference, issues, outcomes, secrets }));
  }

  /** Writes what must be on disk; if that fails, what was made ready is let go of. */
  async #record(next: Loaded, staged: Staged): Promise<Loaded> {
    try {
      const live = numbered(next, await this.#deps.revisionOf(next));
      await this.#deps.beforeSwap(live.snapshot, this.#live.snapshot);
      await this.#pin(live);
      return live;
    } catch (error) {
      await staged.undo();
      throw error;
    }
  }

  async #pin(next: Loaded): Promise<void> {
    if (next.putBack !== this.#live.putBack) await this.#deps.pin(next);
  }

  #report(
    source: ReloadSource,
    what: {
      readonly changed: boolean;
      readonly difference: TriggerDifference;
      readonly issues: readonly Issue[];
      readonly outcomes?: readonly ReloadOutcome[];
      readonly secrets?: readonly string[];
    },
  ): ReloadReport {
    const { revision, hash } = this.#deps.manager.current();
    const { held, putBack } = this.#live;
    return {
      ok: held.length === 0,
      recovers: held.length === 0 && this.#failure !== undefined,
      changed: what.changed,
      source,
      at: this.#deps.clock.now(),
      revision,
      hash,
      putBack: putBack?.revision ?? null,
      ...what.difference,
      outcomes: what.outcomes ?? [],
      secrets: what.secrets ?? [],
      needRestart: needRestart(this.#live, this.#deps.booted),
      held: held.map(({ file, keeps }) => ({ file, keeps })),
      issues: [...held.flatMap(({ issues }) => issues), ...what.issues],
    };
  }

  #refuse(issues: readonly Issue[], source: ReloadSource): ReloadReport {
    const report = this.#report(source, { changed: false, difference: NONE, issues: [] });
    return this.#tell({ ...report, ok: false, recovers: false, held: [], issues });
  }

  /** Publishes what changed something, what fails in another way than the last time, and the end of a failure. */
  #tell(report: ReloadReport): ReloadReport {
    const failure = report.ok ? undefined : errorLines(report.issues).join('\n');
    if (report.changed || failure !== this.#failure) this.#deps.publish({ kind: 'reload', report });
    this.#failure = failure;
    return report;
  }

  #issueOf(error: unknown): Issue {
    const known = toAppError(error);
    const message = known.code === 'internal' ? `the reload failed: ${messageOf(error)}` : known.message;
    return { file: this.#live.snapshot.file, line: 1, column: 1, path: '', message, severity: 'error' };
  }
}

function stageIssues(
  { path, reason }: Prepared & { kind: 'refused' },
  { documents }: Loaded,
): Promise<readonly Issue[]> {
  return issuesOf([fault(path, reason)], wholeOf(documents));
}
