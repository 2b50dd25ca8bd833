/** Decides what all checks start from: the configuration as it loads, and the service if one runs. */
import { homedir } from 'node:os';
import type { Loaded, LoadResult } from '../../config/loaded.ts';
import { pause } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import type { ServiceStatus } from '../../core/control.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { CommandContext } from '../command-spec.ts';
import { loadOffline } from '../offline.ts';
import { callBot } from './bot-api.ts';
import type { BotReply } from './bot-api.ts';

/** The service of the state folder. */
export type Running =
  | { readonly kind: 'running'; readonly status: ServiceStatus }
  | { readonly kind: 'absent' }
  /** Something is there, and does not answer as it should. */
  | { readonly kind: 'silent'; readonly reason: string };

/** What checks look at. */
export interface Facts {
  readonly clock: Clock;
  /** The shell's variables: the service may have been started with others. */
  readonly env: CommandContext['env'];
  readonly home: string;
  readonly configFile: string;
  readonly stateDir: string;
  readonly load: LoadResult;
  /** Undefined: the configuration does not load. */
  readonly loaded: Loaded | undefined;
  readonly service: Running;
  /** What the bot's server says to `getMe`, asked once; undefined: there is no bot. */
  readonly getMe: () => Promise<BotReply | undefined>;
}

/** Collects them; nothing is changed and nothing is sent to anybody but the service. */
export async function gatherFacts(context: CommandContext): Promise<Facts> {
  const { clock, env, places } = context;
  const [load, service] = await Promise.all([loadOffline(context), runningService(context)]);
  const loaded = load.ok ? load.loaded : undefined;
  let asked: Promise<BotReply | undefined> | undefined;
  return {
    clock,
    env,
    home: env['HOME'] ?? homedir(),
    configFile: places.config().file,
    stateDir: places.stateDir(),
    load,
    loaded,
    service,
    getMe: () => (asked ??= askBot(loaded, clock)),
  };
}

/** A service that hangs is given this long. */
const STATUS_MS = 10_000;

async function runningService({ control, clock }: CommandContext): Promise<Running> {
  const enough = new AbortController();
  const silence = pause(clock, STATUS_MS, enough.signal).then((): Running => {
    return { kind: 'silent', reason: `no answer within ${STATUS_MS / 1_000} s` };
  });
  try {
    return await Promise.race([control.status().then(running), silence]);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_running') return { kind: 'absent' };
    return { kind: 'silent', reason: messageOf(error) };
  } finally {
    enough.abort();
  }
}

function running(status: ServiceStatus): Running {
  return { kind: 'running', status };
}

async function askBot(loaded: Loaded | undefined, clock: Clock): Promise<BotReply | undefined> {
  const bot = loaded?.snapshot.chat.bot;
  return bot === undefined ? undefined : callBot(bot, { method: 'getMe' }, clock);
}
