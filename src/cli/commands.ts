/** Decides which commands there are: one table, from which parser, help, reference, completion and tests are made. */
import type { CommandSpec, FlagSpec } from './command-spec.ts';
import { configurationCommands } from './table/configuration.ts';
import { pluginsCommands } from './table/plugins.ts';
import { runsCommands } from './table/runs.ts';
import { serviceCommands } from './table/service.ts';
import { trialsCommands } from './table/trials.ts';
import { triggersCommands } from './table/triggers.ts';

/** Every command takes these; `runs` reads its `--state` in two ways. */
export const commonFlags: readonly FlagSpec[] = [
  { name: 'config', kind: 'text', value: 'FILE', summary: 'the configuration file' },
  { name: 'state', kind: 'text', value: 'DIR', summary: 'the state folder' },
  { name: 'json', kind: 'switch', summary: 'print JSON, for scripts' },
];

/** Every command, in the order in which help and reference show them. */
export const commands: readonly CommandSpec[] = [
  ...serviceCommands.map((row) => ({ ...row, group: 'Service' })),
  ...configurationCommands.map((row) => ({ ...row, group: 'Configuration' })),
  ...[...triggersCommands, ...trialsCommands].map((row) => ({ ...row, group: 'Triggers' })),
  ...pluginsCommands.map((row) => ({ ...row, group: 'Plugins' })),
  ...runsCommands.map((row) => ({ ...row, group: 'Runs' })),
];
