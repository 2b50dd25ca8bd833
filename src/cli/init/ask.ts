/** Decides in which order a person is asked. */
import type { Clock } from '../../core/clock.ts';
import { programLookup } from '../../config/programs.ts';
import { hostZone } from '../../scheduler/zones.ts';
import type { Answers } from './answers.ts';
import { askBot } from './ask-bot.ts';
import type { BotFlags } from './ask-bot.ts';
import { askCron } from './ask-cron.ts';
import type { Prompts } from './prompts.ts';

/** What the questions depend on. */
export interface AskWorld {
  readonly flags: BotFlags;
  readonly clock: Clock;
  /** `PATH`. */
  readonly searchPath: string | undefined;
  readonly cwd: string;
}

/** Asks for the bot, then for the first cron. Rejects with `conflict` when the person gives up. */
export async function askAll(
  prompts: Prompts,
  { flags, clock, searchPath, cwd }: AskWorld,
): Promise<Answers> {
  const bot = await askBot(flags, prompts, clock);
  const hasProgram = programLookup(searchPath);
  const cron = await askCron(prompts, {
    nowMs: clock.now(),
    hostZone: hostZone(),
    hasProgram: (name) => hasProgram(name, cwd),
  });
  return { ...(bot !== undefined && { bot }), ...(cron !== undefined && { cron }) };
}
