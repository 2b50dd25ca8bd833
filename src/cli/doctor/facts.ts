/** Decides what all checks start from: the configuration as it loads, and the service if one runs. */
import { homedir } from 'node:os';
import type { Loaded, LoadResult } from '../../config/loaded.ts';
import type { Clock } from '../../core/clock.ts';
import type { BotSettings } from '../../core/chat-settings.ts';
import type { ServiceStatus } from '../../core/views.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import { connect } from '../client.ts';
import type { CommandContext } from '../command-spec.ts';
import { loadOffline } from '../offline.ts';
import type { TelegramClient } from '../../telegram/client.ts';
import { patiently } from './patience.ts';

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
  /** Asks the bots' server who they are, once; none: there is no bot. */
  readonly askBots: () => Promise<readonly AskedBot[]>;
}

/** A bot, the way to its server, and what that says to `getMe`. */
export interface AskedBot {
  readonly settings: BotSettings;
  readonly client: TelegramClient;
  readonly me: Awaited<ReturnType<TelegramClient['getMe']>>;
}

/** Collects them; nothing is changed and nothing is sent to anybody but the service. */
export async function gatherFacts(context: CommandContext): Promise<Facts> {
  const { clock, env, places } = context;
  const [load, service] = await Promise.all([loadOffline(context), runningService(context)]);
  const loaded = load.ok ? load.loaded : undefined;
  let asked: Promise<readonly AskedBot[]> | undefined;
  return {
    clock,
    env,
    home: env['HOME'] ?? homedir(),
    configFile: places.config().file,
    stateDir: places.stateDir(),
    load,
    loaded,
    service,
    askBots: () => (asked ??= askBots(loaded, clock)),
  };
}

/** A service that hangs is given this long. */
const SILENCE_MS = 10_000;

async function runningService({ places }: CommandContext): Promise<Running> {
  const control = connect(() => places.stateDir(), { silenceMs: SILENCE_MS });
  try {
    return { kind: 'running', status: await control.status() };
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_running') return { kind: 'absent' };
    return { kind: 'silent', reason: messageOf(error) };
  }
}

async function askBots(loaded: Loaded | undefined, clock: Clock): Promise<readonly AskedBot[]> {
  const bots = [...(loaded?.snapshot.chat.bots.values() ?? [])];
  if (bots.length === 0) return [];
  // Loaded here: a machine without a bot need not pay for it.
  const { TelegramClient: Client } = await import('../../telegram/client.ts');
  return Promise.all(
    bots.map(async (settings) => {
      const client = new Client(settings, clock);
      return { settings, client, me: await patiently(clock, (signal) => client.getMe(signal)) };
    }),
  );
}
