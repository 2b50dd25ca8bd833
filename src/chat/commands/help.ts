/** `/help`: what this person may use, made from the table of commands. */
import { AppError } from '../../core/errors.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { ChatCommand } from '../command.ts';
import { mayDo } from '../roles.ts';

/** The command that explains the others, itself included. */
export function helpOn(others: readonly ChatCommand[]): ChatCommand {
  const help: ChatCommand = {
    name: 'help',
    role: 'user',
    usage: ['', 'COMMAND'],
    summary: 'what you may use',
    examples: [{ line: '/help at', does: 'explains one command' }],
    async handle(asking, world) {
      const known = [...others, help, ...world.more()].filter(({ role }) => mayDo(asking.role, role));
      if (asking.text === '') return { text: known.map(headOf).join('\n') };
      const name = asking.text.replace(/^\//, '').toLowerCase();
      const one = known.find((command) => command.name === name);
      const names = known.map((command) => command.name);
      if (one === undefined)
        throw new AppError('not_found', `there is no command /${name}${didYouMean(name, names)}`);
      return { text: explained(one).join('\n') };
    },
  };
  return help;
}

/** A plugin's command may have no description. */
function headOf({ name, summary }: Pick<ChatCommand, 'name' | 'summary'>): string {
  return `/${name} — ${summary === '' ? 'no description' : summary}`;
}

function explained({ name, usage, summary, examples }: ChatCommand): readonly string[] {
  return [
    headOf({ name, summary }),
    ...usage.map((words) => `  /${name} ${words}`.trimEnd()),
    ...examples.map(({ line, does }) => `${line} — ${does}`),
  ];
}
