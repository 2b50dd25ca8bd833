/** Somebody who answers questions as a test has decided: by what the question says, in any order. */
import { AppError } from '../../../src/core/errors.ts';
import type { Prompts } from '../../../src/cli/init/prompts.ts';

/** An answer to every question that matches; of several in a list the next one each time. `GIVE_UP`: Ctrl-C. */
export type Script = ReadonlyArray<readonly [question: RegExp, ...answers: ReadonlyArray<string | boolean>]>;

export const GIVE_UP = 'Ctrl-C';

export interface Scripted {
  readonly prompts: Prompts;
  /** Everything that was shown, questions and complaints included. */
  readonly shown: string[];
}

export function scripted(script: Script): Scripted {
  const shown: string[] = [];
  const left = script.map(([question, ...answers]) => ({ question, answers }));
  const answer = (message: string): string | boolean => {
    shown.push(message);
    const given = left.find(({ question, answers }) => question.test(message) && answers.length > 0);
    const next = given?.answers.shift();
    if (next === undefined) throw new Error(`nothing was to be answered to: ${message}`);
    if (next === GIVE_UP) throw new AppError('conflict', 'given up: nothing was written');
    return next;
  };
  const text: Prompts['text'] = async ({ message, initial, problemOf }) => {
    for (;;) {
      const written = String(answer(message));
      const given = written === 'ENTER' ? (initial ?? '') : written;
      const problem = problemOf?.(given);
      if (problem === undefined) return given;
      shown.push(problem);
    }
  };
  return {
    shown,
    prompts: {
      say: (words) => void shown.push(words),
      text,
      secret: text,
      confirm: async (message) => answer(message) === true,
      choose: async ({ message, options, initial }) => {
        const given = answer(message);
        const chosen = options.find(({ value }) => value === (given === 'ENTER' ? initial : given));
        if (chosen === undefined) throw new Error(`${String(given)} is no answer to: ${message}`);
        return chosen.value;
      },
    },
  };
}
