/** `untether plan`: shows what a reload would change. */
import type { Plan } from '../../core/views.ts';
import { AppError } from '../../core/errors.ts';
import { printChanges } from '../changes.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { printFires } from '../fires.ts';
import { printIssues } from '../issues.ts';
import { planJson } from '../json.ts';
import { refuseOtherFile } from '../same-file.ts';

export const handle: Handler = async function plan(_input, context) {
  const { print } = context;
  const live = await livePlan(context);
  const answer = live ?? (await planFromNothing(context));
  if (print.json) {
    print.value(planJson(answer, { live: live !== undefined }));
  } else {
    if (live === undefined) print.remark('no service runs: everything in the file counts as new');
    await describe(answer, context);
  }
  return answer.ok ? exitCodes.ok : exitCodes.badConfiguration;
};

async function livePlan(context: CommandContext): Promise<Plan | undefined> {
  try {
    await refuseOtherFile(context);
    return await context.control.plan();
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_running') return undefined;
    throw error;
  }
}

async function planFromNothing(context: CommandContext): Promise<Plan> {
  const { loadOffline } = await import('../offline.ts');
  const { planOf } = await import('../../service/control/plan.ts');
  return planOf(await loadOffline(context), { nowMs: context.clock.now() });
}

async function describe(answer: Plan, { print, clock }: CommandContext): Promise<void> {
  if (answer.putBack !== null)
    print.remark(`revision ${answer.putBack} is put back: the file counts again when it changes`);
  printIssues(answer.issues, print);
  if (!answer.ok) {
    print.line({ text: 'the file does not load:', style: 'red' }, 'a reload would change nothing');
    return;
  }
  const changes = [...answer.added, ...answer.removed, ...answer.modified, ...answer.needRestart];
  if (changes.length === 0) print.line('the file is what is live');
  printChanges(answer, print);
  for (const path of answer.routesOpened) print.line({ text: '  + opens', style: 'green' }, path);
  for (const path of answer.routesClosed) print.line({ text: '  - closes', style: 'red' }, path);
  if (answer.next.length > 0) await printFires(answer.next, print, clock.now());
}
