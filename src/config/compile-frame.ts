/** Decides what everything but the triggers comes to: folders, engines, bounds, and what the service is started with. */
import type { EngineSpec } from '../core/action.ts';
import type { ChatSettings } from '../core/chat-settings.ts';
import { knownName } from '../core/named.ts';
import type { PluginSettings } from '../core/plugin.ts';
import type { Secret } from '../core/secret.ts';
import type {
  Limits,
  Snapshot,
  LogSettings,
  ProjectSpec,
  RetentionSettings,
  ServerSettings,
  TelemetrySettings,
} from '../core/snapshot.ts';
import { zoneExists } from '../scheduler/zones.ts';
import type { Frame } from './check.ts';
import { fromConfig, msOf } from './compile-context.ts';
import type { CompileContext, Folders } from './compile-context.ts';
import { compileChat } from './compile-chat.ts';
import { compileHooks } from './compile-hooks.ts';
import { compileEngines } from './compile-engines.ts';
import { checkRanges } from './outbound.ts';
import { compilePlugins } from './compile-plugins.ts';
import { compileTelemetry } from './compile-telemetry.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import { didYouMean } from '../core/suggest.ts';
import { checkName } from './unknown-name.ts';

/** Where runs are kept. */
export type StoreChoice = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'memory' };

/** Who is taken to start the service again when it leaves to be restarted. */
export type ServiceManager = 'auto' | 'systemd' | 'none';

/** What the parts outside the snapshot are started with. */
export interface BootSettings {
  readonly store: StoreChoice;
  /** Apply the file when it is saved. */
  readonly watch: boolean;
  readonly manager: ServiceManager;
}

/** The configuration without its triggers. */
export interface FrameParts {
  readonly enabled: boolean;
  readonly zone: string;
  readonly server: ServerSettings;
  readonly limits: Limits;
  readonly retention: RetentionSettings;
  readonly log: LogSettings;
  readonly defaultEngine: string;
  readonly projects: ReadonlyMap<string, ProjectSpec>;
  readonly engines: ReadonlyMap<string, EngineSpec>;
  readonly chat: ChatSettings;
  readonly hooks: Snapshot['hooks'];
  readonly plugins: PluginSettings;
  readonly telemetry: TelemetrySettings | undefined;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly boot: BootSettings;
  readonly problems: readonly Problem[];
}

/** What the frame is compiled with. */
export interface FrameWorld {
  readonly folders: Folders;
  readonly hostZone: string;
  /** Names of tables as written: those that are wrong are still no unknown references. */
  readonly written: { readonly projects: readonly string[]; readonly engines: readonly string[] };
  readonly secretOf: CompileContext['secretOf'];
  readonly checks: Pick<CompileContext, 'templates' | 'env' | 'secretNames'>;
}

/** Compiles the frame; tables that did not pass the schema count as empty. */
export function compileFrame(frame: Frame, world: FrameWorld): FrameParts {
  const engines = compileEngines(frame, { ...world, written: world.written.engines });
  const zone = compileZone(frame, world);
  const store = compileStore(frame, world.folders);
  const projects = compileProjects(frame, world);
  const chat = compileChat(frame, {
    projects,
    engines: engines.value,
    zone: zone.value,
    secretOf: world.secretOf,
  });
  const plugins = compilePlugins(frame, world.folders);
  const telemetry = compileTelemetry(frame, world.secretOf);
  const limits = compileLimits(frame, { engines: [...engines.value.keys()], projects: [...projects.keys()] });
  return {
    enabled: frame.triggers?.enabled ?? true,
    zone: zone.value,
    server: compileServer(frame),
    limits: limits.value,
    retention: { maxAgeMs: msOf(frame.retention?.max_age ?? ''), maxRuns: frame.retention?.max_runs ?? 0 },
    log: compileLog(frame, world.folders),
    defaultEngine: frame.default_engine ?? '',
    projects,
    engines: engines.value,
    chat: chat.value,
    hooks: compileHooks(frame, world.folders),
    plugins: plugins.value,
    telemetry: telemetry.value,
    secrets: new Map([...declaredSecrets(frame, world), ...engines.secrets]),
    boot: {
      store: store.value,
      watch: frame.watch_config ?? true,
      manager: frame.service_manager ?? 'auto',
    },
    problems: [
      ...zone.problems,
      ...engines.problems,
      ...store.problems,
      ...limits.problems,
      ...chat.problems,
      ...plugins.problems,
      ...telemetry.problems,
      ...checkRanges(['triggers', 'server', 'trusted_proxies'], frame.triggers?.server.trusted_proxies),
    ],
  };
}

interface Part<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

function compileZone({ triggers, default_timezone: top }: Frame, { hostZone }: FrameWorld): Part<string> {
  const written = triggers?.default_timezone ?? top;
  if (written === undefined || zoneExists(written)) return { value: written ?? hostZone, problems: [] };
  const path =
    triggers?.default_timezone === undefined ? ['default_timezone'] : ['triggers', 'default_timezone'];
  const hint = didYouMean(written, Intl.supportedValuesOf('timeZone'));
  const message = `there is no time zone ${JSON.stringify(written)}${hint}; write an IANA name such as Europe/Berlin or UTC`;
  return { value: hostZone, problems: [fault(path, message)] };
}

function compileServer({ triggers }: Frame): ServerSettings {
  const server = triggers?.server;
  const rateLimit = server?.rate_limit ?? 1;
  return {
    host: server?.host ?? '',
    port: server?.port ?? 0,
    rateLimit,
    rateLimitTotal: server?.rate_limit_total ?? rateLimit * 10,
    maxBodyBytes: server?.max_body_bytes ?? 0,
    trustedProxies: server?.trusted_proxies ?? [],
    ...(server?.public_url !== undefined && { publicUrl: server.public_url.replace(/\/+$/, '') }),
    allowUnauthenticated: triggers?.allow_unauthenticated_webhooks ?? false,
  };
}

function compileLimits(
  { limits }: Frame,
  known: Readonly<Record<'engines' | 'projects', readonly string[]>>,
): Part<Limits> {
  const perEngine = compileNamed('per_engine', limits?.per_engine, known.engines);
  const perProject = compileNamed('per_project', limits?.per_project, known.projects);
  const value: Limits = {
    maxConcurrent: limits?.max_concurrent ?? 1,
    perEngine: perEngine.value,
    perProject: perProject.value,
    drainTimeoutMs: msOf(limits?.drain_timeout ?? ''),
  };
  return { value, problems: [...perEngine.problems, ...perProject.problems] };
}

type Numbers = Readonly<Record<string, number>>;

/** Limits by name, the names as they are declared. */
function compileNamed(
  key: 'per_engine' | 'per_project',
  written: Numbers | undefined,
  declared: readonly string[],
): Part<Numbers> {
  const noun = key === 'per_engine' ? 'engine' : 'project';
  const limits = Object.entries(written ?? {});
  return {
    value: Object.fromEntries(
      limits.flatMap(([name, limit]) => {
        const known = knownName(declared, name);
        return known === undefined ? [] : [[known, limit]];
      }),
    ),
    problems: limits.flatMap(([name]) => checkName(['limits', key, name], { noun, name, known: declared })),
  };
}

function compileLog({ log }: Frame, folders: Folders): LogSettings {
  const file = log?.file ?? '';
  return {
    level: log?.level ?? 'info',
    ...(file !== '' && file !== '-' && { file: fromConfig(folders, file) }),
  };
}

function compileStore({ store }: Frame, folders: Folders): Part<StoreChoice> {
  const url = store?.url;
  if (url === undefined)
    return { value: { kind: 'sqlite', file: `${folders.state}/untether.db` }, problems: [] };
  if (url === 'memory:' || url === ':memory:') return { value: { kind: 'memory' }, problems: [] };
  const value = {
    kind: 'sqlite',
    file: fromConfig(folders, url.replace(/^(sqlite|file):(\/\/)?/, '')),
  } as const;
  if (/^postgres(ql)?:/i.test(url))
    return {
      value,
      problems: [
        fault(['store', 'url'], 'PostgreSQL comes in a later release: write a file name, or leave it out'),
      ],
    };
  const isForeign = /^[a-z][a-z0-9+.-]*:/i.test(url) && !/^(sqlite|file):/.test(url);
  return { value, problems: isForeign ? [fault(['store', 'url'], 'expected a file name or "memory:"')] : [] };
}

function compileProjects(
  { projects }: Frame,
  { folders, written }: FrameWorld,
): ReadonlyMap<string, ProjectSpec> {
  const good = Object.entries(projects ?? {}).map(([name, project]): readonly [string, ProjectSpec] => {
    const engine = project.default_engine;
    return [
      name,
      {
        name,
        path: fromConfig(folders, project.path),
        ...(engine !== undefined && { defaultEngine: engine }),
        ...(project.chat_id !== undefined && { chat: project.chat_id }),
      },
    ];
  });
  const wrong = written.projects.map((name): readonly [string, ProjectSpec] => [
    name,
    { name, path: folders.config },
  ]);
  return new Map([...wrong, ...good]);
}

function declaredSecrets(
  { secrets }: Frame,
  { secretOf }: FrameWorld,
): ReadonlyArray<readonly [string, Secret]> {
  return Object.entries(secrets ?? {}).flatMap(([name, source]) => {
    const secret = secretOf(source);
    return secret === undefined ? [] : [[name, secret] as const];
  });
}
