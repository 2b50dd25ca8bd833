/** Decides which questions lead to a first cron: what it does, and when. */
import { builtinEngineNames } from '../../core/agent.ts';
import type { BuiltinEngine } from '../../core/agent.ts';
import { AppError } from '../../core/errors.ts';
import { parseDuration } from '../../core/duration.ts';
import { triggerId } from '../../core/ids.ts';
import { compileEvery, compileSchedule, neverFires } from '../../scheduler/schedule.ts';
import type { Compilation } from '../../scheduler/schedule.ts';
import { showMoment } from '../../scheduler/show.ts';
import { zoneExists } from '../../scheduler/zones.ts';
import { scheduleWords } from '../../service/schedule-words.ts';
import { splitWords } from '../shell-words.ts';
import { FIRST_CRON } from './answers.ts';
import type { CronAnswer, WhenAnswer, WorkAnswer } from './answers.ts';
import type { Prompts } from './prompts.ts';

const SEED = triggerId('cron', FIRST_CRON);

/** What the questions depend on. */
export interface CronWorld {
  readonly nowMs: number;
  readonly hostZone: string;
  readonly hasProgram: (name: string) => boolean;
}

/** Asks a person; undefined: none yet. */
export async function askCron(prompts: Prompts, world: CronWorld): Promise<CronAnswer | undefined> {
  const kind = await prompts.choose({
    message: 'What should run by itself first?',
    options: [
      { value: 'prompt', label: 'a coding agent, with a prompt of yours' },
      { value: 'command', label: 'a command' },
      { value: 'nothing', label: 'nothing yet', hint: 'the example prints the date once a minute' },
    ],
  });
  if (kind === 'nothing') return undefined;
  const work = kind === 'prompt' ? await askPrompt(prompts, world) : await askCommand(prompts);
  const zone = await prompts.text({
    message: 'In which time zone?',
    initial: world.hostZone,
    problemOf: (text) =>
      zoneExists(text) ? undefined : 'there is no such zone; write an IANA name such as Europe/Berlin or UTC',
  });
  const text = await prompts.text({
    message: 'When?',
    placeholder: '0 9 * * MON-FRI, or every 90m',
    problemOf: (written) => whenProblem(whenOf(written, zone), world.nowMs),
  });
  const when = whenOf(text, zone);
  const words = wordsOf(when);
  prompts.say(`That is ${words}${nextOf(when, world.nowMs)}.`);
  return { work, when, words };
}

async function askPrompt(prompts: Prompts, { hasProgram }: CronWorld): Promise<WorkAnswer> {
  const prompt = await prompts.text({ message: 'What should it do?', problemOf: notEmpty });
  const there = builtinEngineNames.filter((name) => hasProgram(name));
  const engine = await prompts.choose<BuiltinEngine>({
    message: 'Which agent?',
    options: builtinEngineNames.map((name) => ({
      value: name,
      label: name,
      hint: there.includes(name) ? 'is installed' : 'is not installed here',
    })),
    initial: there[0] ?? builtinEngineNames[0],
  });
  return { kind: 'prompt', prompt, engine };
}

async function askCommand(prompts: Prompts): Promise<WorkAnswer> {
  const line = await prompts.text({
    message: 'Which command?',
    placeholder: './backup.sh --all',
    problemOf: notEmpty,
  });
  try {
    return { kind: 'command', argv: splitWords(line) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Only a shell can make sense of it.
    return { kind: 'shell', line };
  }
}

function notEmpty(text: string): string | undefined {
  return text === '' ? 'it is empty' : undefined;
}

/** `every 90m`, `90m`, or a cron expression. */
function whenOf(text: string, zone: string): WhenAnswer {
  const every = text.replace(/^@?every\s+/i, '');
  return every !== text || parseDuration(every) !== undefined
    ? { kind: 'every', every }
    : { kind: 'schedule', expression: text, zone };
}

function compiled(when: WhenAnswer): Compilation {
  return when.kind === 'every'
    ? compileEvery({ every: when.every, zone: 'UTC' })
    : compileSchedule({ expression: when.expression, zone: when.zone, hashSeed: SEED });
}

function whenProblem(when: WhenAnswer, nowMs: number): string | undefined {
  const answer = compiled(when);
  if (!answer.ok) return answer.message;
  return neverFires(answer.schedule, nowMs) ? 'that never comes' : undefined;
}

function wordsOf(when: WhenAnswer): string {
  return when.kind === 'every' ? `every ${when.every}` : scheduleWords({ ...when, seed: SEED });
}

function nextOf(when: WhenAnswer, nowMs: number): string {
  const answer = compiled(when);
  const next = answer.ok && when.kind === 'schedule' ? answer.schedule.next(nowMs) : undefined;
  return next === undefined || when.kind !== 'schedule' ? '' : `, next at ${showMoment(next, when.zone)}`;
}
