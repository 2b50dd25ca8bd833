/** Decides what every part of the service stands on: the locked state folder, the log, the configuration, the store. */
import { dirname } from 'node:path';
import { homedir } from 'node:os';
import type { Writable } from 'node:stream';
import type { Loaded } from '../config/loaded.ts';
import type { Clock } from '../core/clock.ts';
import type { BootId } from '../core/ids.ts';
import { newBootId } from '../core/ids.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Boot } from '../core/service-ledger.ts';
import { hostZone } from '../scheduler/zones.ts';
import type { Bus } from '../telemetry/bus.ts';
import { createBus } from '../telemetry/bus.ts';
import { Conditions } from '../telemetry/conditions.ts';
import type { LiveLog } from '../telemetry/log.ts';
import { createLog } from '../telemetry/log.ts';
import { Redactor } from '../telemetry/redact.ts';
import type { Templates } from '../triggers/template.ts';
import { createTemplates } from '../triggers/template.ts';
import type { LoadSurroundings } from './boot.ts';
import { boot, judgeStateFolder, makeStateFolder } from './boot.ts';
import type { Opening } from '../scheduler/late.ts';
import { JUDGED_LIVES, openingOf } from './downtime.ts';
import { Heartbeat } from './heartbeat.ts';
import { lockStateFolder, lockStore } from './lock.ts';
import { eventLog } from './event-log.ts';
import type { Lag } from './lag.ts';
import { measureLag } from './lag.ts';
import { watchStore } from './store-health.ts';

/** What a person, or the command line for them, decides about a service before its configuration is read. */
export interface ServiceOptions {
  /** Absolute path. */
  readonly configFile: string;
  /** Absolute path; made when it is missing. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the log goes unless the configuration names a file. */
  readonly terminal: Writable & { readonly isTTY?: boolean };
  readonly version: string;
  readonly clock: Clock;
}

/** What the service stands on. */
export interface Resources {
  readonly options: ServiceOptions;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly log: LiveLog;
  readonly redactor: Redactor;
  readonly bus: Bus;
  readonly conditions: Conditions;
  readonly lag: Lag;
  readonly templates: Templates;
  readonly surroundings: LoadSurroundings;
  readonly loaded: Loaded;
  readonly ledger: Ledger;
  readonly boot: BootId;
  /** The life before this one; undefined: there was none. */
  readonly lastLife: Boot | undefined;
  /** What this start makes up for. */
  readonly opening: Opening;
}

/** Acquires all of it; what `undo` holds when this rejects is released by the caller. */
export async function acquireResources(
  options: ServiceOptions,
  undo: AsyncDisposableStack,
): Promise<Resources> {
  const { clock, stateDir, env } = options;
  const startedAt = clock.now();
  await makeStateFolder(stateDir);
  undo.use(lockStateFolder(stateDir, { pid: process.pid, since: startedAt }));

  const redactor = new Redactor();
  const log = await createLog({ terminal: options.terminal, redactor, now: () => clock.now() });
  undo.defer(() => log.close());
  await judgeStateFolder(stateDir, log);
  const bus = createBus(log);
  bus.subscribe(eventLog(log));
  const conditions = new Conditions(bus.publish, () => clock.now());

  const templates = createTemplates();
  const home = env['HOME'] ?? homedir();
  const surroundings = {
    file: options.configFile,
    env,
    home,
    stateFolder: stateDir,
    hostZone: hostZone(),
    templates,
  };
  const { loaded, ledger: store } = await boot(surroundings, { clock, log });
  const ledger = undo.use(watchStore(store, conditions));
  const where = loaded.boot.store;
  if (where.kind === 'sqlite' && dirname(where.file) !== stateDir) {
    undo.use(lockStore(where.file, { pid: process.pid, since: startedAt }));
  }
  const lives = await ledger.service.boots(JUDGED_LIVES);
  const opening = openingOf(lives, {
    now: clock.now(),
    zone: loaded.snapshot.defaults.zone,
  });
  const bootId = newBootId();
  const heartbeat = await Heartbeat.begin(
    { ledger: ledger.service, boot: bootId, clock, log },
    options.version,
  );
  undo.defer(() => heartbeat.end());
  const lag = undo.use(measureLag(clock));
  const basics = { options, clock, startedAt, log, redactor, bus, conditions, lag };
  return { ...basics, templates, surroundings, loaded, ledger, boot: bootId, lastLife: lives[0], opening };
}
