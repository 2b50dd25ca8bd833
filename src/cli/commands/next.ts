/** `untether next`: shows what fires next, of an expression, of the file, or of the running service. */
import { AppError } from '../../core/errors.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { printFires, printSchedule } from '../fires.ts';
import type { Fire } from '../fires.ts';
import type { NextQuery } from '../../service/control/next.ts';
import { usage } from '../input.ts';
import type { Input } from '../input.ts';
import { upcomingJson } from '../json.ts';
import { MAX_COUNT, MAX_ROWS } from '../limits.ts';

const DEFAULT_COUNT = 5;

const HASHED =
  'H depends on the id of the trigger: a cron in the file may fire at a different moment than shown here';

export const handle: Handler = async function next(input, context) {
  if (input.isSet('batch')) return batch(input, context);
  const count = input.number('count') ?? DEFAULT_COUNT;
  const expression = input.text('expression');
  const answer =
    expression === undefined
      ? await ofTriggers(input, context, count)
      : await ofExpression(input, { expression, count }, context);
  await show(answer, context);
  return exitCodes.ok;
};

/** What fires, and where one schedule is asked about and nothing does, why not. */
interface Answer {
  readonly fires: readonly Fire[];
  /** What one schedule is called; undefined: all triggers were asked about, or one that the clock does not fire. */
  readonly name: string | undefined;
  readonly never: string | null;
}

async function show({ fires, name, never }: Answer, { print, clock }: CommandContext): Promise<void> {
  const [first] = fires;
  if (print.json) print.value(fires.map(upcomingJson));
  else if (name !== undefined && never !== null) print.line(`${name}: ${never}`);
  else if (name === undefined || first === undefined) await printFires(fires, print, clock.now());
  else await printSchedule(fires, { print, nowMs: clock.now() });
}

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
}

async function ofExpression(
  input: Input,
  { expression, count }: ExpressionQuestion,
  context: CommandContext,
): Promise<Answer> {
  if (input.args.length > 0) throw usage('name a trigger or give --expression, not both');
  const { isHashed } = await import('../../scheduler/hashed.ts');
  const { compileSchedule } = await import('../../scheduler/schedule.ts');
  const { upcoming } = await import('../../scheduler/upcoming.ts');
  const { whyNever } = await import('../../service/control/never.ts');
  const { readTime, zoneClock } = await import('../times.ts');
  const clock = zoneClock(input.text('timezone'));
  const from = input.text('from');
  const compiled = compileSchedule({ expression, zone: clock.zone });
  if (!compiled.ok) throw usage(compiled.message);
  const { schedule } = compiled;
  const fromMs = from === undefined ? context.clock.now() : readTime(from, clock);
  if (isHashed(expression) && !context.print.json) context.print.remark(HASHED);
  const fires = upcoming(schedule, { fromMs, count }).map((fire) => ({
    ...fire,
    ...{ trigger: null, expression, zone: clock.zone },
    note: fire.note ?? null,
  }));
  return { fires, name: expression, never: whyNever({ schedule }, { now: fromMs, isSpent: false }) };
}

async function ofTriggers(input: Input, context: CommandContext, count: number): Promise<Answer> {
  if (count > MAX_ROWS) throw usage(`-n is ${MAX_ROWS} at most, unless with --expression`);
  const trigger = input.arg(0);
  const from = await readFrom(input);
  const query = {
    count,
    ...(trigger === undefined ? {} : { trigger }),
    ...(from === undefined ? {} : { from }),
  };
  try {
    const fires = await context.control.next(query);
    return { fires, ...(await outlookOf(trigger, fires, context)) };
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_running')) throw error;
  }
  return fromFile({ from: context.clock.now(), ...query }, context);
}

/** Asked for only where it is told: of one trigger that has no fire to come. */
async function outlookOf(
  trigger: string | undefined,
  fires: readonly Fire[],
  { control, print }: CommandContext,
): Promise<Omit<Answer, 'fires'>> {
  if (trigger === undefined || print.json) return { name: undefined, never: null };
  if (fires.length > 0) return { name: trigger, never: null };
  const { asTriggerId, triggerId } = await import('../../core/ids.ts');
  const cron = asTriggerId(trigger) ?? triggerId('cron', trigger);
  const [view] = await control.triggers({ trigger: cron }).catch((error: unknown) => {
    // It is the name of a webhook.
    if (error instanceof AppError && error.code === 'not_found') return [];
    throw error;
  });
  return { name: view?.id, never: view?.disabled ?? view?.never ?? null };
}

async function fromFile(query: NextQuery, context: CommandContext): Promise<Answer> {
  const { loadConfiguration } = await import('../offline.ts');
  const { cronNamed, nextFires } = await import('../../service/control/next.ts');
  const { disabledNote } = await import('../../service/control/disabled.ts');
  const { whyNever } = await import('../../service/control/never.ts');
  const { snapshot } = await loadConfiguration(context);
  const fires = nextFires(snapshot, query);
  context.print.remark(`no service runs: computed from ${context.places.config().file}`);
  const cron = query.trigger === undefined ? undefined : cronNamed(snapshot, query.trigger);
  if (cron === undefined) return { fires, name: undefined, never: null };
  const never = disabledNote(snapshot, cron.id) ?? whyNever(cron, { now: query.from, isSpent: false });
  return { fires, name: cron.id, never };
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
