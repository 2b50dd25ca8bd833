/** `untether why`: explains what became of a due moment. */
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { explanationJson } from '../json.ts';

export const handle: Handler = async function why(input, { control, print }) {
  const trigger = input.arg(0) ?? '';
  const text = input.arg(1);
  const zone = input.text('timezone');
  const inZone = zone === undefined ? {} : { zone };
  const at =
    text === undefined ? undefined : await control.readTime({ text, trigger, side: 'past', ...inZone });
  const explanation = await control.why({ trigger, ...(at === undefined ? {} : { at }) });
  if (print.json) print.value(explanationJson(explanation));
  else print.line(explanation.sentence);
  return exitCodes.ok;
};
