/** Decides which commands there are for the service as a whole. */
import type { CommandRow } from '../command-spec.ts';

/** Rows of the one table, see `commands.ts`. */
export const serviceCommands: readonly CommandRow[] = [
  {
    name: 'run',
    summary: 'start the service and stay',
    details: [
      'Without any configuration file the example is copied to ./untether.toml first.',
      'HUP reloads the configuration, the plugins and the hooks, USR2 restarts; TERM and INT stop in order, a second one stops at once.',
    ],
    args: [],
    flags: [],
    examples: [{ line: 'untether run --config /etc/untether.toml', does: 'serves that file' }],
    needs: 'configuration',
    load: () => import('../commands/run.ts'),
  },
  {
    name: 'restart',
    summary: 'have the service leave in order and come back, and show what the new one says',
    details: [
      'Runs under way get their drain_timeout. Refused where what is on disk does not load or the store refuses writes, and a fourth time in five minutes; --force restarts all the same.',
      'Under systemd the service leaves and is started again by it; elsewhere its process starts the command anew. From inside a run it does not wait: the service restarts when that run has ended, or ten seconds after all others have.',
    ],
    args: [],
    flags: [{ name: 'force', kind: 'switch', summary: 'whatever is on disk, and however often' }],
    examples: [
      { line: 'untether restart', does: 'after an update of the program' },
      { line: 'untether restart --force --json', does: 'answers a script with the new status' },
    ],
    needs: 'service',
    load: () => import('../commands/restart.ts'),
  },
  {
    name: 'status',
    summary: 'show what the service is doing',
    details: [],
    args: [],
    flags: [],
    examples: [{ line: 'untether status --json', does: 'answers a script' }],
    needs: 'service',
    load: () => import('../commands/status.ts'),
  },
  {
    name: 'chat',
    summary: 'use the commands of the chat in the terminal, without a bot',
    details: [
      'On a terminal it asks line by line; otherwise it says each line of standard input. It says TEXT alone where that is given.',
      '/help lists the commands, any other text is a prompt for the agent, and "@RUN text" goes on with a run of it.',
      'Without a terminal it waits until every run that it started has answered; of runs under way it prints the first message and the answer. With --json each message is a line {key, kind, run, text, buttons}.',
    ],
    // An argument that may be several words, or none.
    args: [{ name: 'text...', takes: 'optional', summary: 'what to say' }],
    flags: [],
    examples: [
      { line: 'untether chat /help', does: 'lists the commands' },
      {
        line: 'untether chat "what changed in this repository today?"',
        does: 'asks the agent and waits for it',
      },
      { line: 'untether chat /ping --json', does: 'answers a script' },
    ],
    needs: 'service',
    load: () => import('../commands/chat.ts'),
  },
  {
    name: 'state',
    summary: 'back the ledger up, or bring a damaged one back',
    details: [
      'backup FILE copies the ledger as it is at one moment, also while a service runs; it replaces no file.',
      'repair salvages what can be read into a sound ledger and keeps the damaged one beside it; no service may run.',
    ],
    args: [
      { name: 'action', summary: 'backup or repair', takes: 'one' },
      { name: 'file', summary: 'where the backup goes', takes: 'optional' },
    ],
    flags: [],
    examples: [
      { line: 'untether state backup untether-backup.db', does: 'copies the ledger' },
      { line: 'untether state repair', does: 'after the service said that its ledger is damaged' },
    ],
    needs: 'configuration',
    load: () => import('../commands/state.ts'),
  },
  {
    name: 'service',
    summary: 'write the systemd unit of this installation',
    details: [
      'install writes /etc/systemd/system/untether.service, or with --user ~/.config/systemd/user/untether.service, and says how to enable it; a unit that is there and says something else stays. --config is the file that the unit names.',
    ],
    args: [{ name: 'action', takes: 'one', summary: 'install' }],
    flags: [
      { name: 'user', kind: 'switch', summary: 'a service of this user, without root' },
      { name: 'print', kind: 'switch', summary: 'print it, and write nothing' },
    ],
    examples: [
      { line: 'untether service install --print', does: 'shows the hardened unit' },
      { line: 'untether service install --user', does: 'for one user' },
    ],
    needs: 'nothing',
    load: () => import('../commands/service.ts'),
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    details: [],
    args: [{ name: 'shell', takes: 'one', summary: 'bash, zsh or fish' }],
    flags: [],
    examples: [{ line: 'untether completion bash >> ~/.bashrc', does: 'installs it for bash' }],
    needs: 'nothing',
    load: () => import('../commands/completion.ts'),
  },
];
