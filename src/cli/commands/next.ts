/** `untether next`: shows what fires next, of an expression, of the file, or of the running service. */
import { AppError } from '../../core/errors.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { printFires } from '../fires.ts';
import type { Fire } from '../fires.ts';
import { usage } from '../input.ts';
import type { Input } from '../input.ts';
import { upcomingJson } from '../json.ts';
import { MAX_COUNT, MAX_ROWS } from '../limits.ts';

const DEFAULT_COUNT = 5;

export const handle: Handler = async function next(input, context) {
  if (input.isSet('batch')) return batch(input, context);
  const count = input.number('count') ?? DEFAULT_COUNT;
  const expression = input.text('expression');
  const fires =
    expression === undefined
      ? await ofTriggers(input, context, count)
      : await ofExpression(input, { expression, count, nowMs: context.clock.now() });
  if (context.print.json) context.print.value(fires.map(upcomingJson));
  else if (expression !== undefined && fires.length === 0) context.print.line('never');
  else await printFires(fires, context.print, context.clock.now());
  return exitCodes.ok;
};

async function batch(input: Input, { print, stdin, clock }: CommandContext): Promise<ExitCode> {
  const extra = ['expression', 'from', 'timezone', 'count'].find((flag) => input.isSet(flag));
  if (extra !== undefined) throw usage(`--${extra} does not go with --batch: each line says it itself`);
  if (input.args.length > 0) throw usage('--batch takes no trigger: it answers questions about expressions');
  const { answerBatch } = await import('../batch.ts');
  for await (const answers of answerBatch(stdin, { now: () => clock.now(), maxCount: MAX_COUNT })) {
    if (!print.raw(answers)) await print.drained();
  }
  return exitCodes.ok;
}

interface ExpressionQuestion {
  readonly expression: string;
  readonly count: number;
  readonly nowMs: number;
}

async function ofExpression(
  input: Input,
  { expression, count, nowMs }: ExpressionQuestion,
): Promise<readonly Fire[]> {
  if (input.args.length > 0) throw usage('name a trigger or give --expression, not both');
  const { compileSchedule } = await import('../../scheduler/schedule.ts');
  const { upcoming } = await import('../../scheduler/upcoming.ts');
  const { readTime, zoneClock } = await import('../times.ts');
  const clock = zoneClock(input.text('timezone'));
  const from = input.text('from');
  const compiled = compileSchedule({ expression, zone: clock.zone });
  if (!compiled.ok) throw usage(compiled.message);
  const fromMs = from === undefined ? nowMs : readTime(from, clock);
  return upcoming(compiled.schedule, { fromMs, count }).map((fire) => ({
    ...fire,
    trigger: null,
    note: fire.note ?? null,
  }));
}

async function ofTriggers(input: Input, context: CommandContext, count: number): Promise<readonly Fire[]> {
  if (count > MAX_ROWS) throw usage(`-n is ${MAX_ROWS} at most, unless with --expression`);
  const trigger = input.arg(0);
  const from = await readFrom(input);
  const query = {
    count,
    ...(trigger === undefined ? {} : { trigger }),
    ...(from === undefined ? {} : { from }),
  };
  try {
    return await context.control.next(query);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_running')) throw error;
  }
  const { loadConfiguration } = await import('../offline.ts');
  const { nextFires } = await import('../../service/control/next.ts');
  const fires = nextFires((await loadConfiguration(context)).snapshot, {
    from: context.clock.now(),
    ...query,
  });
  context.print.remark(`no service runs: computed from ${context.places.config().file}`);
  return fires;
}

async function readFrom(input: Input): Promise<number | undefined> {
  const from = input.text('from');
  const zone = input.text('timezone');
  if (from === undefined && zone !== undefined)
    throw usage('--timezone is the zone of --expression or --from; name one of them');
  if (from === undefined) return undefined;
  const { readTime, zoneClock } = await import('../times.ts');
  return readTime(from, zoneClock(zone));
}
