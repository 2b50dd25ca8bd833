/** Decides which chat commands there are: one table, from which help, menu, reference and tests are made. */
import type { ChatCommand } from './command.ts';
import { at } from './commands/at.ts';
import { cancel } from './commands/cancel.ts';
import { fire } from './commands/fire.ts';
import { helpOn } from './commands/help.ts';
import { log } from './commands/log.ts';
import { missed } from './commands/missed.ts';
import { mute, unmute } from './commands/mute.ts';
import { pause, resume } from './commands/pause.ts';
import { ping } from './commands/ping.ts';
import { plugin } from './commands/plugin.ts';
import { reload } from './commands/reload.ts';
import { restart } from './commands/restart.ts';
import { retry } from './commands/retry.ts';
import { rollback } from './commands/rollback.ts';
import { run } from './commands/run.ts';
import { runs } from './commands/runs.ts';
import { health, status } from './commands/status.ts';
import { stats } from './commands/stats.ts';
import { triggers } from './commands/triggers.ts';
import { why } from './commands/why.ts';

const explained: readonly ChatCommand[] = [
  ping,
  at,
  cancel,
  run,
  triggers,
  fire,
  runs,
  log,
  why,
  missed,
  retry,
  pause,
  resume,
  mute,
  unmute,
  stats,
  status,
  health,
  reload,
  plugin,
  rollback,
  restart,
];

/** Every command, in the order in which help and reference show them. */
export const chatCommands: readonly ChatCommand[] = [...explained, helpOn(explained)];

/** Names that no plugin can give to a command; Telegram itself sends `/start`. */
export const reservedNames: ReadonlySet<string> = new Set(['start', ...chatCommands.map(({ name }) => name)]);
