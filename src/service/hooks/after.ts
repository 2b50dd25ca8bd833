/** Decides which hooks are told of what has happened, a few at a time: nothing that has happened waits for them. */
import type { Clock } from '../../core/clock.ts';
import { atMost } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { AppEvent, Subscribe } from '../../core/event.ts';
import type { Hook, HookEvent } from '../../core/hook.ts';
import type { RunId } from '../../core/ids.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Log } from '../../core/log.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import { isTerminal } from '../../core/run.ts';
import { outputFile } from '../../runs/output.ts';
import { afterFacts, reloadFacts } from './facts.ts';
import type { HookFiles } from './files.ts';
import type { RunHook } from './program.ts';

/** What telling needs; both roots are absolute folders. */
export interface AfterDeps {
  readonly files: Pick<HookFiles, 'all' | 'forRuns'>;
  readonly runHook: RunHook;
  readonly runs: Pick<RunLedger, 'get' | 'spec'>;
  readonly subscribe: Subscribe;
  readonly outputRoot: string;
  readonly workRoot: string;
  readonly clock: Clock;
  readonly log: Log;
}

type RunEvent = Extract<AppEvent, { readonly kind: 'run' }>;

const AT_ONCE = 4;
/** Beyond so many that wait, what happens is told to nobody: a hook that is slower than the runs never catches up. */
const MAX_WAITING = 1_000;
/** How long a stop of the service waits for hooks. */
const CLOSING_MS = 10_000;

/** Tells hooks of the ends of runs and of reloads. */
export class AfterHooks implements AsyncDisposable {
  readonly #deps: AfterDeps;
  /** The hooks with which runs under way began. */
  readonly #begun = new Map<RunId, readonly Hook[]>();
  readonly #waiting: Array<() => Promise<void>> = [];
  readonly #ender = new AbortController();
  readonly #unsubscribe: () => void;
  #active = 0;
  #idle = Promise.withResolvers<void>();

  constructor(deps: AfterDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.subscribe((event) => {
      if (event.kind === 'run') this.#hear(event);
      if (event.kind === 'reload') this.#tell('on_reload', deps.files.all(), reloadFacts(event.report));
    });
  }

  /** A run begins an attempt with these hooks. */
  begins(run: RunId, hooks: readonly Hook[]): void {
    this.#begun.set(run, hooks);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    if (this.#active > 0) await atMost(this.#deps.clock, CLOSING_MS, this.#idle.promise);
    this.#waiting.length = 0;
    this.#ender.abort();
    if (this.#active > 0) await this.#idle.promise;
  }

  #hear(event: RunEvent): void {
    if (!isTerminal(event.state)) return;
    const known = this.#begun.get(event.run);
    this.#begun.delete(event.run);
    const isWanted = (known ?? this.#deps.files.all()).some((hook) => eventsOf(event).includes(hook.event));
    if (isWanted) this.#enter(() => this.#tellEnd(event, known));
  }

  async #tellEnd(event: RunEvent, known: readonly Hook[] | undefined): Promise<void> {
    const { runs, files, outputRoot } = this.#deps;
    const [run, spec] = await Promise.all([runs.get(event.run), runs.spec(event.run)]);
    // One that never began is no end of anything.
    if (run === undefined || spec === undefined || run.startedAt === null) return;
    const inForce = files.forRuns(spec.project);
    const hooks = known ?? (inForce.kind === 'known' ? inForce.hooks : []);
    const output = outputFile(outputRoot, run.id, run.attempts.at(-1)?.number ?? 1);
    for (const name of eventsOf(event)) this.#tell(name, hooks, afterFacts(name, run, { spec, output }));
  }

  #tell(event: HookEvent, hooks: readonly Hook[], facts: JsonObject): void {
    for (const hook of hooks) if (hook.event === event) this.#enter(() => this.#run(hook, facts));
  }

  async #run(hook: Hook, event: JsonObject): Promise<void> {
    const { runHook, workRoot, log } = this.#deps;
    const { run, trigger } = event;
    const about = typeof run === 'string' ? { run } : {};
    const env: Readonly<Record<string, string>> =
      typeof run === 'string' && typeof trigger === 'string'
        ? { UNTETHER_RUN_ID: run, UNTETHER_TRIGGER: trigger }
        : {};
    const end = await runHook({ hook, event, env, within: workRoot, signal: this.#ender.signal });
    if (end.kind === 'failed')
      log.warn('hook failed', { event: hook.event, hook: hook.name, reason: end.reason, ...about });
    else log.debug('hook told', { event: hook.event, hook: hook.name, ...about });
  }

  #enter(work: () => Promise<void>): void {
    if (this.#ender.signal.aborted) return;
    if (this.#waiting.length >= MAX_WAITING) {
      this.#deps.log.warn('too many hooks wait, one is left out', { waiting: MAX_WAITING });
      return;
    }
    this.#waiting.push(work);
    this.#next();
  }

  #next(): void {
    const work = this.#active < AT_ONCE ? this.#waiting.shift() : undefined;
    if (work === undefined) {
      if (this.#active === 0) this.#idle.resolve();
      return;
    }
    if (this.#active === 0) this.#idle = Promise.withResolvers();
    this.#active += 1;
    void work()
      .catch((error: unknown) => {
        this.#deps.log.warn('cannot tell a hook', { error: messageOf(error) });
      })
      .finally(() => {
        this.#active -= 1;
        this.#next();
      });
  }
}

function eventsOf({ state }: RunEvent): readonly HookEvent[] {
  if (state === 'failed') return ['after_run', 'on_failure'];
  return state === 'succeeded' || state === 'cancelled' ? ['after_run'] : [];
}
