/** Decides what an `untether.toml` may hold, as one schema: the source of checks, JSON Schema and reference. */
import * as z from 'zod';
import { moreBotsTable } from './bots.ts';
import { flag, ignored, ignoredTable, key, text, word } from './key.ts';
import { includeList } from './include.ts';
import { pluginsTable } from './plugins.ts';
import { triggersTable } from './server.ts';
import {
  engineTable,
  limitsTable,
  logTable,
  projectTable,
  reloadTable,
  retentionTable,
  secretsTable,
  storeTable,
} from './service.ts';
import { transportsTable } from './telegram.ts';
import { telemetryTable } from './telemetry.ts';

const table = { error: 'expected a table' };
const agent = (name: string): z.ZodOptional =>
  ignoredTable(`Options of ${name}, as the original reads them.`);
const name = text.refine((value) => !/\p{Cc}/u.test(value), 'holds a control character');

/** The whole file. */
export const rootTable = z.strictObject({
  default_engine: key(text.default('codex'), {
    description: 'Coding agent of runs that name none.',
    reload: 'applied',
  }),
  default_timezone: key(text.optional(), {
    description: 'Zone of schedules that name none, an IANA name such as `Europe/Berlin`.',
    reload: 'applied',
    otherwise: "the host's zone",
  }),
  watch_config: key(flag.default(true), {
    description: 'Apply this file when it is saved. False: only SIGHUP and `untether reload` do.',
    reload: 'applied',
  }),
  include: key(includeList, {
    description:
      'Further files with triggers and projects, such as `triggers.d/*.toml`; `*` and `?` stand in the name of the file only.',
    reload: 'applied',
  }),
  service_manager: key(word(['auto', 'systemd', 'none']).default('auto'), {
    description:
      'Who brings the service back when it restarts. `auto`: systemd where this is the main process of a unit, else the service itself. `systemd` is the same; `none` never leaves it to systemd.',
    reload: 'applied',
  }),
  hooks: key(text.optional(), {
    description:
      'File with hooks for all runs, TOML or (`.json`) JSON, relative to this file: programs that are asked before a run or told of its end.',
    reload: 'applied',
    otherwise: '`hooks.toml` beside this file, if it is there',
  }),
  triggers: key(triggersTable.prefault({}), { description: 'What fires, and when.', reload: 'applied' }),
  projects: key(z.record(name, projectTable, table).default({}), {
    description: 'Folders to work in, by name.',
    reload: 'applied',
  }),
  engines: key(z.record(name, engineTable, table).default({}), {
    description:
      'Coding agents, by name; `claude`, `codex`, `opencode`, `gemini`, `pi` and `amp` are built in.',
    reload: 'applied',
  }),
  secrets: key(secretsTable.default({}), {
    description:
      'Secrets for templates, by name: `{{secrets.NAME}}`. Each is a string, `{ env = "NAME" }`, `{ file = "path" }` or `{ credential = "name" }`.',
    reload: 'applied',
    written: 'table of secrets',
  }),
  limits: key(limitsTable.prefault({}), { description: 'Bounds of the whole service.', reload: 'applied' }),
  retention: key(retentionTable.prefault({}), {
    description: 'How long finished runs stay.',
    reload: 'applied',
  }),
  log: key(logTable.prefault({}), { description: 'The log.', reload: 'applied' }),
  store: key(storeTable.default({}), { description: 'Where runs are kept.', reload: 'restart' }),
  reload: key(reloadTable.prefault({}), { description: 'How reloads are reported.', reload: 'applied' }),
  transports: key(transportsTable.optional(), {
    description: 'Chats.',
    reload: 'applied',
    otherwise: 'chat is off',
  }),
  default_project: key(text.optional(), {
    description: 'Project of chats that name none.',
    reload: 'applied',
    otherwise: 'none',
  }),
  transport: ignored('The chat service.', text),
  telegram: key(moreBotsTable.prefault({}), { description: 'Further bots.', reload: 'bot_reload' }),
  dashboard: ignoredTable('The dashboard.'),
  telemetry: key(telemetryTable.prefault({}), { description: 'Traces.', reload: 'telemetry_reload' }),
  plugins: key(pluginsTable.prefault({}), { description: 'Code of your own.', reload: 'applied' }),
  progress: ignoredTable('How progress is shown in chat.'),
  watchdog: ignoredTable('When a silent agent is ended.'),
  cost_budget: ignoredTable('What agents may cost.'),
  footer: ignoredTable('What stands under an answer in chat.'),
  preamble: ignoredTable('What is put before every prompt.'),
  loop: ignoredTable('Repeating prompts.'),
  auto_continue: ignoredTable('Going on with an agent that stopped early.'),
  security: ignoredTable('Which variables agents get.'),
  files: ignoredTable('Files in chat.'),
  claude: agent('Claude Code'),
  codex: agent('Codex'),
  opencode: agent('OpenCode'),
  gemini: agent('Gemini CLI'),
  pi: agent('Pi'),
  amp: agent('Amp'),
  antigravity: agent('Antigravity'),
});

/** The file's values, defaults filled in. */
export type RootConfig = z.infer<typeof rootTable>;
