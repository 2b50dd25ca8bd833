/** Decides how a person at a terminal is asked: by @clack/prompts, the one place that knows it. */
import { confirm, isCancel, log, password, select, text } from '@clack/prompts';
import { AppError } from '../../core/errors.ts';
import type { Prompts, TextQuestion } from './prompts.ts';

/** Asks on the process's own terminal. */
export const clackPrompts: Prompts = {
  say: (words) => {
    log.info(words);
  },
  text: async ({ message, placeholder, initial, problemOf }) => {
    const answer = await text({
      message,
      ...(placeholder !== undefined && { placeholder }),
      ...(initial !== undefined && { initialValue: initial }),
      ...validation(problemOf),
    });
    return given(answer).trim();
  },
  secret: async ({ message, problemOf }) =>
    given(await password({ message, ...validation(problemOf) })).trim(),
  confirm: async (message) => given(await confirm({ message })),
  choose: async ({ message, options, initial }) => {
    const answer = await select<string>({
      message,
      options: options.map(({ value, label, hint }) => ({
        value,
        label,
        ...(hint !== undefined && { hint }),
      })),
      ...(initial !== undefined && { initialValue: initial }),
    });
    const chosen = options.find(({ value }) => value === given(answer));
    if (chosen === undefined) throw givenUp();
    return chosen.value;
  },
};

interface Validation {
  readonly validate?: (answer: string | undefined) => string | undefined;
}

/** An answer that was left empty is undefined there. */
function validation(problemOf: TextQuestion['problemOf']): Validation {
  return problemOf === undefined ? {} : { validate: (answer) => problemOf((answer ?? '').trim()) };
}

function given<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (isCancel(answer)) throw givenUp();
  // Left empty, some versions answer with nothing at all.
  return (answer ?? '') as Exclude<Answer, symbol>;
}

function givenUp(): AppError {
  return new AppError('conflict', 'given up: nothing was written');
}
