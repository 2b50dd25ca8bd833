/** `untether replay`: runs of a stretch of time again. */
import { parseDuration } from '../../core/duration.ts';
import type { RunState } from '../../core/run.ts';
import type { Replay, Replayed } from '../../core/views.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { usage } from '../input.ts';
import { replayJson } from '../json.ts';
import { counted, localTime, stateCell } from '../print.ts';
import type { Cell } from '../print.ts';

export const handle: Handler = async function replay(input, context) {
  const since = input.text('since');
  if (since === undefined) throw usage('name the stretch of time: --since 2h');
  const [until, trigger, state] = ['until', 'trigger', 'state'].map((flag) => input.text(flag));
  const answer = await context.control.replay({
    since: await instantOf(since, context),
    ...(until !== undefined && { until: await instantOf(until, context) }),
    ...(trigger !== undefined && { trigger }),
    ...(state !== undefined && { state: state as RunState }),
    ...(input.isSet('all') && { all: true }),
    ...(input.isSet('dry-run') && { dryRun: true }),
  });
  if (context.print.json) context.print.value(replayJson(answer));
  else show(answer, { isDry: input.isSet('dry-run'), print: context.print });
  return exitCodes.ok;
};

/** So long ago, or a time that is over. */
async function instantOf(text: string, { control, clock }: CommandContext): Promise<number> {
  const length = parseDuration(text);
  return length === undefined ? control.readTime({ text, side: 'past' }) : clock.now() - length;
}

interface Showing extends Pick<CommandContext, 'print'> {
  readonly isDry: boolean;
}

function show({ runs, isCut }: Replay, { isDry, print }: Showing): void {
  print.table(['RUN', 'TRIGGER', 'STATE', 'DUE', isDry ? '' : 'AGAIN AS'], runs.map(rowOf));
  const again = runs.filter(({ run }) => run !== null).length;
  const done = isDry
    ? `${counted(runs.length, 'run')} would be replayed`
    : `${counted(again, 'run')} replayed`;
  const left = isDry || again === runs.length ? '' : `, ${runs.length - again} left out`;
  print.line(`${done}${left}${isCut ? '; there are older ones: ask again with --until' : ''}`);
}

function rowOf({ origin, trigger, state, dueAt, run, leftOut }: Replayed): readonly Cell[] {
  return [origin, trigger, stateCell(state), localTime(dueAt), run ?? leftOut ?? ''];
}
