/** `untether at`: runs something once, later. */
import type { AtWhat } from '../../core/control.ts';
import type { Handler } from '../command-spec.ts';
import type { Input } from '../input.ts';
import { usage } from '../input.ts';
import { splitWords } from '../shell-words.ts';
import { printTaken } from '../taken.ts';

export const handle: Handler = async function at(input, context) {
  const what = whatOf(input);
  const when = input.args.slice(0, input.args.length - input.rest.length).join(' ');
  if (when === '')
    throw usage('WHEN is missing: write it before --, as in: untether at 30m --command -- deploy');
  const zone = input.text('timezone');
  return printTaken(
    await context.control.at({ when, what, ...(zone === undefined ? {} : { zone }) }),
    context,
  );
};

function whatOf(input: Input): AtWhat {
  const trigger = input.text('trigger');
  const prompt = input.text('prompt');
  const words = input.words('command');
  const given = [trigger, prompt, words].filter((one) => one !== undefined);
  if (given.length !== 1) throw usage('name one of --trigger, --command and --prompt');
  if (input.isSet('engine') && prompt === undefined) throw usage('--engine goes with --prompt');
  if (words === undefined && input.rest.length > 0) throw usage('words after -- go with --command');
  if (trigger !== undefined) return { kind: 'trigger', trigger };
  if (words !== undefined) return { kind: 'command', argv: argvOf(words, input.rest) };
  const engine = input.text('engine');
  return { kind: 'prompt', prompt: prompt ?? '', ...(engine === undefined ? {} : { engine }) };
}

/** A text that stands alone is split; several words were split by the caller's own shell. */
function argvOf(words: readonly string[], rest: readonly string[]): readonly string[] {
  const argv = [...words, ...rest];
  if (argv.length === 0) throw usage('--command needs a program, as in: --command -- deploy --now');
  return words.length === 1 && rest.length === 0 ? splitWords(words[0] ?? '') : argv;
}
