/** Decides what an attempt looks like in the tests of actions: a real folder, a real launcher, and nothing kept. */
import { appendFile, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createActions } from '../../src/actions/registry.ts';
import type { AgentReport } from '../../src/core/agent.ts';
import type { ActionContext, AgentProgress, EarlierSession } from '../../src/actions/context.ts';
import type { PluginCaller } from '../../src/actions/plugin/plugin.ts';
import type { ActionSpec, FetchSpec } from '../../src/core/action.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { ApplyFilter } from '../../src/core/plugin.ts';
import { newBootId, newRunId, triggerId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { defaultPolicy } from '../../src/core/policy.ts';
import type { EndedBy, Outcome, Payload } from '../../src/core/run.ts';
import { Secret } from '../../src/core/secret.ts';
import { createDirectLauncher } from '../../src/launcher/direct.ts';
import type { Outbound } from '../../src/net/fetch.ts';
import { createTemplates } from '../../src/triggers/template.ts';

/** What differs between attempts. */
export interface AttemptOptions {
  readonly plugins?: PluginCaller;
  readonly fetch?: FetchSpec;
  readonly payload?: Payload;
  readonly attempt?: number;
  readonly killGraceMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly ownPaths?: readonly string[];
  readonly outbound?: Pick<Outbound, 'send'>;
  readonly applyFilter?: ApplyFilter;
  /** What `sessionFor` answers. */
  readonly session?: EarlierSession;
  readonly output?: 'combined' | 'split';
  readonly clock?: Clock;
  /** Aborted before the action starts. */
  readonly endedBy?: EndedBy;
}

/** When every attempt is due, received and now. */
export const DUE_AT = Date.UTC(2026, 2, 4, 5, 6, 7, 89);

/** A temporary folder, by its real path, and attempts in it. */
export class Bench implements AsyncDisposable {
  readonly folder: string;
  /** What the attempts so far say to their chats. */
  readonly messages: Array<{ readonly text: string; readonly silent: boolean }> = [];
  /** How far agents were. */
  readonly progress: AgentProgress[] = [];
  /** What agents had told when their sessions were known. */
  readonly heard: AgentReport[] = [];
  readonly launcher = createDirectLauncher({ clock: systemClock, graceMs: 100 });
  #ender = new AbortController();
  #count = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Bench> {
    return new Bench(await realpath(await mkdtemp(join(tmpdir(), 'actions-'))));
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** Ends the attempt under way. */
  end(by: EndedBy): void {
    this.#ender.abort(by);
  }

  /** Executes one attempt to its outcome. */
  async execute(action: ActionSpec, options: AttemptOptions = {}): Promise<Outcome> {
    const outcome = await this.#actions(options).execute(this.context(action, options));
    if (outcome.message !== undefined) this.messages.push(outcome.message);
    return outcome;
  }

  /** All output of the last attempt's stdout, or of both where they are one file. */
  async output(stream: 'out' | 'err' = 'out'): Promise<string> {
    return readFile(this.path(`${this.#count}.${stream}`), 'utf8').catch(() => '');
  }

  /** The folder of the last attempt's own files. */
  get workDir(): string {
    return this.path(`${this.#count}.files`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.launcher.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #actions(options: AttemptOptions): ReturnType<typeof createActions> {
    const { outbound, environment = {}, ownPaths = [], clock = systemClock } = options;
    return createActions({
      launcher: this.launcher,
      outbound: outbound ?? { send: async () => ({ kind: 'refused', reason: 'no outbound in this test' }) },
      clock,
      log: silentLog,
      templates: createTemplates(),
      plugins: options.plugins ?? { call: async () => undefined, keyOf: async () => undefined },
      applyFilter: options.applyFilter ?? (async () => ({ ok: false, reason: 'no plugins in this test' })),
      environment: { PATH: process.env.PATH, ...environment },
      ownPaths,
    });
  }

  /** What a new attempt lends its action. */
  context(action: ActionSpec, options: AttemptOptions = {}): ActionContext {
    this.#ender = new AbortController();
    if (options.endedBy !== undefined) this.#ender.abort(options.endedBy);
    this.#count += 1;
    const stdout = this.path(`${this.#count}.out`);
    const stderr = options.output === 'split' ? this.path(`${this.#count}.err`) : stdout;
    const policy = { ...defaultPolicy(action.kind), timeoutMs: 90_000, deadlineMs: 7_200_000 };
    const trigger = triggerId('webhook', 'deploy');
    return {
      run: {
        id: newRunId(),
        trigger,
        source: 'webhook',
        dueAt: DUE_AT,
        admittedAt: DUE_AT,
        revision: 1,
        reason: null,
        spec: {
          trigger,
          action,
          ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
          policy,
          notifyOnSuccess: false,
          notifyOnFailure: false,
        },
        payload: options.payload,
        attempt: options.attempt ?? 1,
        firstStartedAt: DUE_AT,
        owner: newBootId(),
      },
      signal: this.#ender.signal,
      killGraceMs: options.killGraceMs ?? 5_000,
      output: { stdout, stderr },
      append: (text) => appendTo(stdout, text),
      workDir: this.workDir,
      secrets: (name) => asSecret(options.secrets?.[name]),
      environment: (name) => options.environment?.[name],
      mask: (text) =>
        Object.values(options.secrets ?? {}).reduce(
          (masked, value) => masked.replaceAll(value, '[secret]'),
          text,
        ),
      progress: (progress) => {
        this.progress.push(progress);
      },
      heard: (agent) => {
        this.heard.push(agent);
      },
      sessionFor: async () => options.session,
      nowMs: () => DUE_AT,
    };
  }
}

/** A payload as a sender of JSON hands it over. */
export function jsonPayload(value: unknown, headers: Readonly<Record<string, string>> = {}): Payload {
  return { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json', headers };
}

async function appendTo(file: string, text: string): Promise<void> {
  await appendFile(file, `${text}\n`);
}

function asSecret(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : new Secret(value);
}
