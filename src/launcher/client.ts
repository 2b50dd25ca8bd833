/** Decides who starts a child: the helper process, or, while none can be had, this process itself. */

import { fileURLToPath } from 'node:url';
import { pause } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { difference } from './delta.ts';
import { createDirectLauncher } from './direct.ts';
import { endGroup } from './group.ts';
import { HelperProcess } from './helper-process.ts';
import { ENDED_BEFORE_START, notStarted } from './launch.ts';
import type { Launched, Launcher, LaunchRequest } from './launch.ts';
import { leadersWritingTo } from './orphans.ts';
import { PendingLaunch } from './pending.ts';
import type { Report } from './protocol.ts';

export type { Launched, Launcher, LaunchEnd, LaunchRequest, LaunchSignal } from './launch.ts';

export interface LauncherOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** How long groups get between SIGTERM and SIGKILL when the service stops or dies, or the helper does. */
  readonly graceMs: number;
  /** The helper's file, absolute; by default the one that belongs to this build. */
  readonly helperPath?: string;
  /** By default the helper is started with the first launch, which then waits for it: some 60 ms. */
  readonly start?: 'with-first-launch' | 'at-once';
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 30_000;
/** What a helper forked in its last moment needs to become a group of its own. */
const LAST_FORK_MS = 50;

/**
 * A launcher that forks in a small process beside the service. When the helper dies, launches in flight end as `lost`
 * once their groups are gone, and the next launch gets a new helper; while helpers cannot live, launches are forked
 * from here, so that nothing stops.
 */
export function createLauncher(options: LauncherOptions): Launcher {
  return new LauncherClient(options);
}

class LauncherClient implements Launcher {
  readonly #options: LauncherOptions;
  readonly #direct: Launcher;
  readonly #launches = new Map<number, PendingLaunch>();
  readonly #losses = new Set<Promise<void>>();
  #helper: HelperProcess | undefined;
  #base: LaunchRequest['env'] | undefined;
  #lastSeq = 0;
  #deathsInARow = 0;
  #nextHelperAtMs = -Infinity;
  #isClosed = false;

  constructor(options: LauncherOptions) {
    this.#options = options;
    this.#direct = createDirectLauncher(options);
    if (options.start === 'at-once') this.#helperNow();
  }

  launch(request: LaunchRequest): Launched {
    const helper = this.#isClosed ? undefined : this.#helperNow();
    return helper === undefined ? this.#direct.launch(request) : this.#launchBy(helper, request);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#direct.close(), this.#helper?.close()]);
    await Promise.all(this.#losses);
  }

  #launchBy(helper: HelperProcess, request: LaunchRequest): Launched {
    const seq = ++this.#lastSeq;
    const launch = new PendingLaunch(request, (_, name) => {
      helper.send({ kind: 'signal', seq, name });
    });
    this.#launches.set(seq, launch);
    if (this.#base === undefined) {
      this.#base = request.env;
      helper.send({ kind: 'base', env: request.env });
    }
    const { env, ...rest } = request;
    helper.send({ kind: 'launch', seq, request: rest, env: difference(this.#base, env) });
    return launch;
  }

  #helperNow(): HelperProcess | undefined {
    const { clock, graceMs, helperPath = ownHelper() } = this.#options;
    if (this.#helper !== undefined || clock.monotonic() < this.#nextHelperAtMs) return this.#helper;
    this.#base = undefined;
    this.#helper = new HelperProcess({
      path: helperPath,
      graceMs,
      clock,
      onReport: (report) => {
        this.#hear(report);
      },
      onGone: (gone) => {
        this.#afterDeath(gone);
      },
    });
    return this.#helper;
  }

  #hear(report: Exclude<Report, { kind: 'pong' }>): void {
    const launch = this.#launches.get(report.seq);
    if (report.kind === 'started') return launch?.started(report.pid);
    if (report.end.kind === 'exited') this.#deathsInARow = 0;
    this.#launches.delete(report.seq);
    launch?.settle(report.end);
  }

  #afterDeath({ wasLive, reason }: { readonly wasLive: boolean; readonly reason: string }): void {
    const launches = [...this.#launches.values()];
    this.#launches.clear();
    this.#helper = undefined;
    if (!this.#isClosed) this.#backOff(reason, launches.length);
    if (wasLive) this.#follow(this.#lose(launches, reason));
    else for (const launch of launches) this.#startHere(launch);
  }

  #backOff(reason: string, launches: number): void {
    const { clock, log } = this.#options;
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#deathsInARow);
    // The first death costs no waiting: most are somebody's stray kill, and the next helper lives.
    this.#nextHelperAtMs = this.#deathsInARow === 0 ? -Infinity : clock.monotonic() + delayMs;
    this.#deathsInARow += 1;
    log.warn('launcher helper died', { reason, launches, deathsInARow: this.#deathsInARow });
  }

  #startHere(launch: PendingLaunch): void {
    if (launch.wasSignalled) launch.settle(notStarted(ENDED_BEFORE_START));
    else launch.follow(this.#direct.launch(launch.request));
  }

  async #lose(launches: readonly PendingLaunch[], reason: string): Promise<void> {
    const untold = launches.filter((launch) => launch.livePid === undefined);
    const told = launches.flatMap((launch) => launch.livePid ?? []);
    if (untold.length > 0) await pause(this.#options.clock, LAST_FORK_MS);
    const pids = new Set([...told, ...leadersWritingTo(untold.map(({ request }) => request.stdout))]);
    const ends = await Promise.all([...pids].map((pid) => endGroup({ pid, ...this.#options })));
    const stuck = ends.filter((end) => end === 'stuck').length;
    if (stuck > 0) this.#options.log.error('process groups would not end', { groups: stuck });
    for (const launch of launches)
      launch.settle({ kind: 'lost', reason: `the launcher died (${reason}) and its groups were ended` });
  }

  #follow(loss: Promise<void>): void {
    this.#losses.add(loss);
    void loss.finally(() => this.#losses.delete(loss));
  }
}

/** Beside this file: the source in a checkout, the helper's own bundle in the package. */
function ownHelper(): string {
  const name = import.meta.url.endsWith('.ts') ? './helper.ts' : './launcher-helper.js';
  return fileURLToPath(new URL(name, import.meta.url));
}
