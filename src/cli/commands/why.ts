/** `untether why`: explains what became of a due moment. */
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { explanationJson } from '../json.ts';

export const handle: Handler = async function why(input, { control, print, clock }) {
  const trigger = input.arg(0) ?? '';
  const time = input.arg(1);
  const at = time === undefined ? undefined : await readTime(time, input.text('timezone'), clock.now());
  const explanation = await control.why({ trigger, ...(at === undefined ? {} : { at }) });
  if (print.json) print.value(explanationJson(explanation));
  else print.line(explanation.sentence);
  return exitCodes.ok;
};

async function readTime(text: string, zone: string | undefined, nowMs: number): Promise<number> {
  // The zones' tables are loaded only when a time is asked about.
  const { readPastTime, zoneClock } = await import('../times.ts');
  return readPastTime(text, zoneClock(zone), nowMs);
}
