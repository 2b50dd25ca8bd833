/** Decides which commands there are for the configuration file. */
import type { CommandRow } from '../command-spec.ts';

/** Rows of the one table, see `commands.ts`. */
export const configurationCommands: readonly CommandRow[] = [
  {
    name: 'init',
    summary: 'write a commented configuration file',
    details: [
      'On a terminal it asks for the token of a bot, checks it, learns from a message who you are, and asks for a first cron. Elsewhere, and with --yes, it writes the example as it is.',
      'With --token and --user it also works without a terminal; without --chat the answers go to that person’s own chat. On a terminal it waits up to two minutes for a message to the bot, and asks whether that is you. The message is not taken away: the service gets it too.',
      'Never replaces a file that is there. Given up, it writes nothing.',
    ],
    args: [],
    flags: [
      { name: 'yes', kind: 'switch', summary: 'ask nothing' },
      { name: 'token', kind: 'text', value: 'TOKEN', summary: 'the token of the bot, from @BotFather' },
      { name: 'api-root', kind: 'text', value: 'URL', summary: 'where the Bot API is, else Telegram’s own' },
      { name: 'chat', kind: 'text', value: 'ID', summary: 'the chat for what belongs to no other' },
      { name: 'user', kind: 'text', value: 'ID', summary: 'your user id, who may do everything' },
    ],
    examples: [{ line: 'untether init --yes', does: 'writes the example to ./untether.toml' }],
    needs: 'nothing',
    load: () => import('../commands/init.ts'),
  },
  {
    name: 'check',
    summary: 'say whether the configuration loads, starting nothing',
    details: [
      'Exit code 0, or 78 with every error and its line. Of a file that loads, it also warns of the nights of the next 12 months on which a clock change skips or repeats the time of a cron; they change nothing about the exit code.',
    ],
    args: [],
    flags: [],
    examples: [{ line: 'untether check --json', does: 'lists the issues for a script' }],
    needs: 'configuration',
    load: () => import('../commands/check.ts'),
  },
  {
    name: 'doctor',
    summary: 'look at everything that the service needs, and say what to do about what is wrong',
    details: [
      'Looks at Node, the configuration, the service, its store, disk and clock, the port, the bot, coding agents and their logins, project folders and systemd; changes nothing, and works whether a service runs or not.',
      'Exit code 0, or 1 when something does not work, or 78 when the configuration does not load; warnings change nothing about it. With --json {ok, checks: [{name, state, finding, remedy}]}, state being ok, warning or error.',
    ],
    args: [],
    flags: [],
    examples: [{ line: 'untether doctor', does: 'one line each, with the remedy' }],
    needs: 'configuration',
    load: () => import('../commands/doctor.ts'),
  },
  {
    name: 'plan',
    summary: 'show what a reload would change',
    details: ['With no service running everything in the file counts as new.'],
    args: [],
    flags: [],
    examples: [{ line: 'untether plan', does: 'compares the file with what is live' }],
    needs: 'configuration',
    load: () => import('../commands/plan.ts'),
  },
  {
    name: 'import',
    summary: 'print what a file of another program would be here, for review',
    details: [
      'SOURCE is crontab, systemd (a .timer, its .service beside it), adnanh-webhook (hooks.json or hooks.yaml), ofelia or github-actions (a workflow). FILE may be - for standard input.',
      'Prints TOML and changes nothing. What does not come along, or means something else here, stands as a comment beside its trigger and on standard error. With --json {toml, notes: [{at, text}]}.',
    ],
    args: [
      { name: 'source', takes: 'one', summary: 'whose file it is' },
      { name: 'file', takes: 'one', summary: 'the file, or -' },
    ],
    flags: [
      {
        name: 'system',
        kind: 'switch',
        summary: 'the crontab names the user in each line, as those of /etc do by themselves',
      },
    ],
    examples: [
      { line: 'untether import crontab jobs.crontab > untether.toml', does: 'what crontab -l printed' },
      { line: 'untether import systemd backup.timer', does: 'with backup.service beside it' },
      { line: 'untether import adnanh-webhook hooks.json --json', does: 'for a script' },
      { line: 'untether import ofelia config.ini', does: 'jobs in containers by docker exec and docker run' },
      { line: 'untether import github-actions nightly.yml', does: 'crons that start the workflow' },
    ],
    needs: 'nothing',
    load: () => import('../commands/import.ts'),
  },
  {
    name: 'reload',
    summary:
      'load the configuration, the plugins and the hooks again, connect a bot or begin telemetry anew, and report what is live',
    details: [
      'Without a word all three are read, in one report; what does not load leaves what was live, and stops nothing else: exit code 78 for a file of the configuration or of hooks, else 1 for a plugin. `reload config` reads the configuration alone; `plugin reload` the plugins.',
      '`reload bot NAME` connects that bot again, `reload bots` all of them, one after another; if that fails the old connection goes on.',
      '`reload hooks` reads the files of hooks again and says how many are in force; exit code 78 when one does not load, whose hooks stay as they were. Those of a file that is gone stay, too, unless you add --empty.',
      '`reload telemetry` sends the spans that wait, for two seconds at most, and begins exporting anew.',
    ],
    args: [
      {
        name: 'what',
        takes: 'optional',
        summary: 'config, bot, bots, hooks or telemetry',
      },
      { name: 'name', takes: 'optional', summary: 'the bot’s name' },
    ],
    flags: [{ name: 'empty', kind: 'switch', summary: 'of hooks: a file that is gone has none any more' }],
    examples: [
      { line: 'untether reload', does: 'takes what was saved' },
      { line: 'untether reload config', does: 'takes the file, and leaves plugins and hooks alone' },
      { line: 'untether reload bots', does: 'connects all bots again' },
      { line: 'untether reload hooks', does: 'says how many are in force' },
      { line: 'untether reload hooks --empty', does: 'agrees that a file of hooks is gone' },
      { line: 'untether reload telemetry', does: 'says where spans go' },
    ],
    needs: 'service',
    load: () => import('../commands/reload.ts'),
  },
  {
    name: 'rollback',
    summary: 'put an earlier configuration back until the file changes',
    details: [
      'Without a number it is the one before the live one, and called again the one before that. The last ten that were live are kept.',
      'It goes live as a save does and survives a restart; the next change of the file, or of one that it includes, ends it. A revision that does not load any more changes nothing; exit code 78.',
    ],
    args: [{ name: 'revision', takes: 'optional', summary: 'its number' }],
    flags: [{ name: 'list', kind: 'switch', summary: 'only show those that are kept' }],
    examples: [{ line: 'untether rollback --list', does: 'shows them, newest first' }],
    needs: 'service',
    load: () => import('../commands/rollback.ts'),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of the configuration, for editors',
    details: [],
    args: [],
    flags: [],
    examples: [
      {
        line: 'untether schema > untether.schema.json',
        does: 'for `#:schema ./untether.schema.json` in the file',
      },
    ],
    needs: 'nothing',
    load: () => import('../commands/schema.ts'),
  },
];
