/** Decides what each line of a crontab is, by crontab(5): a comment, a variable, or a job. */

interface Placed {
  /** From 1. */
  readonly number: number;
  /** As written. */
  readonly text: string;
}

/** A line that is not blank. */
export type CronLine =
  | (Placed & { readonly kind: 'comment' })
  | (Placed & { readonly kind: 'variable'; readonly name: string; readonly value: string })
  | (Placed & {
      readonly kind: 'job';
      readonly schedule: string;
      /** Undefined: the crontab's own user. */
      readonly user: string | undefined;
      /** What the shell is given. */
      readonly line: string;
      /** What the command reads; undefined: nothing. */
      readonly input: string | undefined;
    })
  | (Placed & { readonly kind: 'wrong'; readonly why: string });

const VARIABLE = /^\s*("[^"]*"|'[^']*'|[A-Za-z_]\w*)\s*=\s*(.*?)\s*$/;
const SCHEDULE = /^\s*(@\S+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/;

/** The lines of `text` but the blank ones. */
export function crontabLines(text: string, form: { readonly hasUsers: boolean }): readonly CronLine[] {
  return text.split('\n').flatMap((line, index) => {
    const place = { number: index + 1, text: line.replace(/\r$/, '').trim() };
    return place.text === '' ? [] : [lineOf(place, form)];
  });
}

function lineOf(place: Placed, { hasUsers }: { readonly hasUsers: boolean }): CronLine {
  if (place.text.startsWith('#')) return { ...place, kind: 'comment', text: place.text.replace(/^#+ ?/, '') };
  const [, name, value] = VARIABLE.exec(place.text) ?? [];
  if (name !== undefined && value !== undefined)
    return { ...place, kind: 'variable', name: unquoted(name), value: unquoted(value) };
  const [, schedule, rest] = SCHEDULE.exec(place.text) ?? [];
  if (schedule === undefined || rest === undefined)
    return { ...place, kind: 'wrong', why: 'it is no schedule with a command, no variable and no comment' };
  const [, user, command] = hasUsers ? (/^(\S+)\s+(.*)$/.exec(rest) ?? []) : [undefined, undefined, rest];
  if (command === undefined)
    return {
      ...place,
      kind: 'wrong',
      why: 'it has no command behind its user: system crontabs have a column for that',
    };
  return { ...place, kind: 'job', schedule: schedule.replaceAll(/\s+/g, ' '), user, ...split(command) };
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}

/** `%` ends the command: what follows is its input, with a line end for each further one; `\%` is a percent sign. */
function split(command: string): { readonly line: string; readonly input: string | undefined } {
  const [line = '', ...input] = command.split(/(?<!\\)%/).map((part) => part.replaceAll('\\%', '%'));
  return { line: line.trim(), input: input.length === 0 ? undefined : input.join('\n').replace(/\n$/, '') };
}
