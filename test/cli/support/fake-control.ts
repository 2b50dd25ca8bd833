/** A control port without a service behind it: it answers from fixed data and remembers what it was asked. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Control } from '../../../src/core/control.ts';
import type {
  HooksReload,
  Explanation,
  MessageView,
  PendingShot,
  Replayed,
  ServiceStatus,
  Taken,
  TerminalMessage,
  TriggerView,
  Upcoming,
} from '../../../src/core/views.ts';
import { AppError } from '../../../src/core/errors.ts';
import type { PluginReport, PluginsView } from '../../../src/core/plugin.ts';
import type { ReloadReport } from '../../../src/core/event.ts';
import type { RunId, TriggerId } from '../../../src/core/ids.ts';
import type { Pause } from '../../../src/core/trigger-ledger.ts';
import type { LostReport } from '../../../src/core/report-ledger.ts';
import type { Run } from '../../../src/core/run.ts';
import { sampleReport } from '../../support/samples.ts';

export const NOW = Date.parse('2026-11-22T05:00:00.250Z');
export const RUN = '0197a000-0000-7000-8000-0000005c1d07' as RunId;
export const LIVE_RUN = '0197a001-0000-7000-8000-0000007e42aa' as RunId;
export const NEW_RUN = '0197a002-0000-7000-8000-000000000003' as RunId;
export const NIGHTLY = 'cron:nightly' as TriggerId;

/** A reason that would repaint a careless terminal. */
export const EVIL_REASON = 'exit 3: \u001b[2Jgone\u0007';

export const finishedRun: Run = {
  id: RUN,
  trigger: NIGHTLY,
  source: 'cron',
  state: 'failed',
  reason: EVIL_REASON,
  dueAt: NOW - 60_000,
  admittedAt: NOW - 59_990,
  startedAt: NOW - 59_000,
  endedAt: NOW - 58_000,
  revision: 3,
  origin: null,
  chat: 'default/42',
  attempts: [
    {
      number: 1,
      startedAt: NOW - 59_000,
      endedAt: NOW - 58_000,
      exitCode: 3,
      endedBy: null,
      reason: EVIL_REASON,
    },
  ],
  payloadBytes: 7,
};

export const liveRun: Run = {
  ...finishedRun,
  id: LIVE_RUN,
  trigger: 'webhook:push' as TriggerId,
  source: 'webhook',
  state: 'running',
  reason: null,
  endedAt: null,
  attempts: [
    { number: 1, startedAt: NOW - 59_000, endedAt: null, exitCode: null, endedBy: null, reason: null },
  ],
};

/** One call, as it reached the port. */
export interface Asked {
  readonly method: keyof Control;
  readonly argument: unknown;
}

export interface FakeControl {
  readonly control: Control;
  readonly asked: Asked[];
  /** Ends the output that `logs -f` waits for. */
  readonly endOutput: () => void;
  /** Says something to whoever listens in the terminal's chat. */
  readonly tell: (message: TerminalMessage) => void;
}

/** What a test may want to differ. */
export interface FakeAnswers {
  readonly address?: string;
  readonly configFile?: string;
  readonly reload?: Partial<ReloadReport>;
  readonly plugins?: Partial<PluginReport>;
  readonly hooks?: Partial<HooksReload>;
  readonly status?: Partial<ServiceStatus>;
  readonly fault?: AppError;
  /** What is to come; two fires of `nightly` unless given. */
  readonly fires?: readonly Upcoming[];
  /** Why `nightly` has no fire to come. */
  readonly never?: string | null;
  /** Of `nightly`, which is switched off. */
  readonly disabled?: string | null;
  /** What is said in return; `pong` unless given. */
  readonly say?: (text: string, fake: Pick<FakeControl, 'tell'>) => readonly TerminalMessage[];
  /** The listeners' stream ends after what it holds: the service stops. */
  readonly deafAfter?: number;
}

/** An answer in the terminal's chat. */
export function terminalAnswer(text: string, rest: Partial<TerminalMessage> = {}): TerminalMessage {
  return { key: 'terminal:1:0', text, elapsed: '', buttons: [], run: null, kind: 'answer', ...rest };
}

export function fakeControl(answers: FakeAnswers = {}): FakeControl {
  const asked: Asked[] = [];
  const end = Promise.withResolvers<void>();
  const { tell, listen } = createEars(answers.deafAfter ?? Infinity);
  const note = <Value>(method: keyof Control, argument: unknown, value: Value): Value => {
    asked.push({ method, argument });
    if (answers.fault !== undefined) throw answers.fault;
    return value;
  };
  const taken: Taken = { run: NEW_RUN, dueAt: NOW + 1_800_000 };
  const shot: PendingShot = { ...taken, title: 'check the build', pause: null };
  const control: Control = {
    status: async () => note('status', undefined, livedOn(statusOf(answers), asked)),
    runs: async (filter) =>
      note(
        'runs',
        filter,
        [liveRun, finishedRun].filter(({ state }) => (filter.state ?? state) === state),
      ),
    run: async (id) =>
      note('run', id, {
        run: runOf(id),
        payload: '{"a":1}',
        output: 'line 1\n\u001b[31mred\u001b[0m\n',
        messages,
        lostReports,
      }),
    runOfMessage: async (to, messageId) => note('runOfMessage', { to, messageId }, RUN),
    triggers: async (filter) => note('triggers', filter, triggersOf(answers)),
    missed: async (query) => note('missed', query, undefined),
    makeUp: async (request) => note('makeUp', request, [taken]),
    leaveOut: async (query) => note('leaveOut', query, 3),
    splitTrigger: (query) => {
      const [, trigger = '', rest = ''] = /^(\S*)\s*([^]*)$/.exec(query.text) ?? [];
      return note('splitTrigger', query, { trigger, rest });
    },
    stats: async (query) => note('stats', query, []),
    async *output(id, { follow, signal }) {
      note('output', { id, follow }, runOf(id));
      yield { stream: 'out', text: 'line 1\n\u001b[3' };
      yield { stream: 'err', text: '1mred\u001b[0m\n' };
      if (!follow) return;
      await Promise.race([end.promise, wait(20_000, undefined, { signal, ref: false }).catch(() => {})]);
      yield { stream: 'out', text: 'line 3\n' };
    },
    next: (query) => note('next', query, (answers.fires ?? fires).slice(0, query.count)),
    why: async (query) => note('why', query, explanation),
    fire: async (request) => note('fire', request, taken),
    ask: async (request) => note('ask', request, taken),
    readTime: async (request) => note('readTime', request, request.side === 'past' ? NOW : taken.dueAt),
    at: async (request) => note('at', request, taken),
    askLater: async (request) => note('askLater', request, shot),
    pending: async (query) => note('pending', query, [shot]),
    decide: async (request) => note('decide', request, request.choice),
    cancel: async (id) =>
      note('cancel', id, { ...runOf(id), state: 'cancelled', reason: 'cancelled', endedAt: NOW }),
    retry: async (id) => note('retry', id, (runOf(id), taken)),
    replay: async (request) =>
      note('replay', request, {
        runs: [
          replayed(request.dryRun === true ? null : NEW_RUN, null),
          replayed(null, 'webhook:old is configured no more'),
        ],
        isCut: false,
      }),
    pause: async (request) =>
      note('pause', request, [
        {
          trigger: request.trigger as TriggerId | undefined,
          since: NOW,
          until: request.forMs === undefined ? request.until : NOW + request.forMs,
          by: request.by,
        },
      ]),
    resume: async (request) => note('resume', request, [] as readonly Pause[]),
    mute: async (request) => note('mute', request, NOW + request.forMs),
    say: async (request) =>
      note('say', request, (answers.say ?? (() => [terminalAnswer('pong')]))(request.text, { tell })),
    hear: (signal) => note('hear', undefined, listen(signal)),
    reloadBots: async (which) =>
      note('reloadBots', which, [{ bot: which.bot ?? 'default', how: 'reconnected', tookMs: 40 }]),
    reloadHooks: async (how) => note('reloadHooks', how, hooksReload),
    reloadAll: async (source) =>
      note('reloadAll', source, {
        config: { ...report, ...answers.reload },
        plugins: { ...pluginReport, ...answers.plugins },
        hooks: { ...hooksReload, ...answers.hooks },
      }),
    reloadTelemetry: async () =>
      note('reloadTelemetry', undefined, {
        target: 'http://127.0.0.1:4318/v1/traces as untether',
        dropped: 2,
      }),
    reload: async (source) => note('reload', source, { ...report, ...answers.reload }),
    rollback: async (request) =>
      note('rollback', request, { ...report, putBack: request.to ?? 2, ...answers.reload }),
    revisions: async () =>
      note('revisions', undefined, [
        { revision: 3, hash: '0123456789ab', at: NOW, live: true, putBack: null },
        { revision: 2, hash: 'ba9876543210', at: NOW - 60_000, live: false, putBack: null },
      ]),
    plan: async () =>
      note('plan', undefined, {
        ok: true,
        issues: [],
        added: [NIGHTLY],
        removed: ['webhook:old' as TriggerId],
        modified: [],
        next: fires.slice(0, 1),
        routesOpened: [],
        routesClosed: ['/old'],
        needRestart: ['store.url'],
        putBack: null,
      }),
    plugins: async () => note('plugins', undefined, pluginsView),
    reloadPlugins: async (which) => note('reloadPlugins', which, pluginReport),
    watchPlugins: async (which) => note('watchPlugins', which, pluginsView),
    pluginLog: async (which) => note('pluginLog', which, [{ at: NOW, level: 'info', text: 'here' }]),
    restart: async (request) => note('restart', request, { waitsFor: 0, isRepeated: false }),
  };
  return { control, asked, endOutput: end.resolve, tell };
}

interface Ears {
  readonly tell: FakeControl['tell'];
  readonly listen: (signal: AbortSignal) => AsyncGenerator<TerminalMessage>;
}

function isOver({ aborted }: AbortSignal): boolean {
  return aborted;
}

/** Everybody hears everything from the first word on, whenever they began to listen. */
function createEars(deafAfter: number): Ears {
  const told: TerminalMessage[] = [];
  let next = Promise.withResolvers<void>();
  const wake = (): void => {
    next.resolve();
    next = Promise.withResolvers();
  };
  return {
    tell: (message) => {
      told.push(message);
      wake();
    },
    async *listen(signal) {
      signal.addEventListener('abort', wake);
      for (let at = 0; !signal.aborted && at < deafAfter; at += 1) {
        while (told.length <= at && !isOver(signal)) await next.promise;
        const message = told[at];
        if (message !== undefined) yield message;
      }
    },
  };
}

function runOf(id: string): Run {
  const run = [finishedRun, liveRun].find((one) => one.id === id || one.id.endsWith(id));
  if (run === undefined) throw new AppError('not_found', `there is no run ${id}`);
  return run;
}

const replayed = (run: RunId | null, leftOut: string | null): Replayed => {
  const { id: origin, trigger, state, dueAt } = finishedRun;
  return { origin, trigger, state, dueAt, run, leftOut };
};

const hourly = { trigger: NIGHTLY, expression: '0 * * * *', zone: 'Europe/Berlin' } as const;
const fires: readonly Upcoming[] = [
  { ...hourly, at: NOW + 3_600_000, local: '2026-11-22T07:00:00+01:00', note: null },
  {
    ...hourly,
    at: NOW + 7_200_000,
    local: '2026-11-22T08:00:00+01:00',
    note: 'second pass, clock went back 01:00 UTC',
  },
];

const lostReports: readonly LostReport[] = [
  { kind: 'callback', attempts: 11, reason: 'answered 500', at: NOW },
  { kind: 'success', attempts: 1, reason: 'answered 410', at: NOW },
];

const messages: readonly MessageView[] = [
  {
    to: { bot: 'default', chat: 42, thread: 7 },
    kind: 'final',
    state: 'failed',
    reason: 'Forbidden: bot was blocked by the user',
    sentAt: null,
  },
];

function triggersOf({ never = null, disabled = null }: FakeAnswers): readonly TriggerView[] {
  return [
    {
      id: NIGHTLY,
      words: '2:00 AM daily (Berlin)',
      zone: 'Europe/Berlin',
      nextAt: NOW + 3_600_000,
      never,
      disabled,
      last: null,
      pause: null,
      lately: null,
      chat: 'default/42',
    },
  ];
}

const explanation: Explanation = {
  trigger: NIGHTLY,
  dueAt: NOW - 60_000,
  state: 'missed',
  reason: 'the service was down',
  sentence: 'due 02:00 Europe/Berlin; not run: the service was down',
  runId: RUN,
};

const report = sampleReport({ source: 'command', at: NOW, hash: '0123456789ab', added: [NIGHTLY] });

const hooksReload: HooksReload = {
  ok: true,
  counts: { before_run: 2, after_run: 1 },
  files: ['/srv/hooks.toml'],
  issues: [],
};

const pluginReport: PluginReport = {
  ...{ refreshed: ['hello'], added: [], removed: [], unchanged: [], disabled: [] },
  failed: [],
};

const pluginsView: PluginsView = {
  watching: true,
  folder: '/etc/plugins',
  plugins: [
    {
      ...{ id: 'hello', state: 'loaded', generation: 3, hash: '0123456789ab', lastResult: 'refreshed' },
      ...{ lastAt: NOW, description: '', commands: ['hello'], actions: [] },
      ...{ verifiers: [], filters: [] },
      ...{ inFlight: 0, watching: false, pending: false },
    },
  ],
  dormant: [],
};

/** After a restart it is another life that answers. */
function livedOn(status: ServiceStatus, asked: readonly Asked[]): ServiceStatus {
  const lives = asked.filter(({ method }) => method === 'restart').length;
  return { ...status, startedAt: status.startedAt + lives };
}

function statusOf({ address, configFile, status = {} }: FakeAnswers): ServiceStatus {
  return {
    version: '0.1.0',
    revision: 3,
    hash: '0123456789ab',
    pid: 4_711,
    startedAt: NOW - 5_000,
    servingSince: NOW - 4_500,
    memoryBytes: 123_456_789,
    lagMs: 12,
    address: address ?? 'http://127.0.0.1:9876',
    certificate: null,
    paused: false,
    pauses: [{ trigger: NIGHTLY, since: NOW - 1_000, until: undefined, by: 'me' }],
    enabled: true,
    plugins: { loaded: 0, failed: 0 },
    crons: 1,
    spentCrons: 0,
    webhooks: 2,
    queue: { scheduled: 1, queued: 2, running: 3 },
    deliveries: { today: { accepted: 12, filtered: 6 } },
    bots: [{ name: 'default', state: 'auth_failed', detail: 'Telegram refuses the token' }],
    outbox: { waiting: 2, failed: 1, unknown: 0 },
    lastReload: { at: NOW - 4_000, ok: false, issues: [issue] },
    conditions: [
      { code: 'listener_down', severity: 'error', text: 'the address is taken', since: NOW - 3_000 },
    ],
    configFile: configFile ?? '/etc/untether.toml',
    store: '/var/lib/untether/untether.db',
    tzData: '2026c',
    ...status,
  };
}

export const issue = {
  file: '/etc/untether.toml',
  line: 3,
  column: 7,
  path: 'triggers.crons[0].schedule',
  message: 'minute: 61 is out of range',
  severity: 'error',
} as const;
