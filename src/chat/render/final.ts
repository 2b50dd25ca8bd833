/** Decides what becomes of a chat's message when an attempt of an agent ends: the answer, or why there is none. */
import { latenessIn } from '../../core/late.ts';
import type { Button, Destination, MessageContent, OutgoingMessage } from '../../core/message.ts';
import { isLastText, partsOf } from './answer.ts';
import { buttonsAfter } from './buttons.ts';
import type { Ending, EndedRun } from './ended.ts';
import { endingOf, goesOn, isFailure } from './ended.ts';
import { footerOf } from './footer.ts';
import { headlineOf } from './headline.ts';
import { runKey } from '../keys.ts';
import { isAskedFor } from './origin.ts';
import type { Part } from './split.ts';

type Facts = Pick<EndedRun, 'run' | 'settlement' | 'startedAt'>;

/**
 * Messages with the keys of the run, from part 0 on, which takes the place of the one that showed it under way. A run
 * that is not over has part 0 only, and its kind stays `working`.
 */
export function finalMessages(ended: Facts, to: Destination): readonly OutgoingMessage[] {
  const { run, settlement } = ended;
  const ending = endingOf(settlement);
  const isOver = !goesOn(ending);
  const parts = partsOf({
    head: headlineOf(ended),
    markdown: (isOver ? settlement.agent?.answer : undefined) ?? '',
    footer: footerFor(ended),
  });
  const buttons = buttonsAfter(ending, run);
  const contents = contentsOf(parts, { buttons, silent: isSilent(ending, ended), replyTo: run.spec.replyTo });
  const kind = isOver ? 'final' : 'working';
  return contents.map((content, part) => ({ key: runKey(run.id, to, part), to, kind, run: run.id, content }));
}

/** A failure makes a sound for everyone, any other end for who asked only. */
function isSilent(ending: Ending, { run }: Facts): boolean {
  return !isFailure(ending) && !isAskedFor(run.trigger);
}

function footerFor({ run, settlement, startedAt }: Facts): string {
  const { action } = run.spec;
  const asked = action.kind === 'agent_run' ? action : undefined;
  const report = settlement.agent;
  return footerOf({
    trigger: run.trigger,
    engine: report?.engine ?? asked?.engine.name,
    model: report?.model ?? asked?.model ?? asked?.engine.model,
    durationMs: startedAt === undefined ? undefined : settlement.endedAt - startedAt,
    costUsd: report?.usage.costUsd,
    late: latenessIn(settlement.reason),
  });
}

interface Manner {
  readonly buttons: readonly Button[];
  readonly silent: boolean;
  readonly replyTo: number | undefined;
}

/** The first answers what was asked, and the last text has the buttons. */
function contentsOf(parts: readonly Part[], manner: Manner): readonly MessageContent[] {
  const { buttons, silent, replyTo } = manner;
  return parts.map(({ text, marks = [], document }, index) => {
    const hasButtons = buttons.length > 0 && isLastText(parts, index);
    return {
      text,
      silent,
      ...(marks.length > 0 && { marks }),
      ...(document !== undefined && { document }),
      ...(hasButtons && { buttons: [buttons] }),
      ...(index === 0 && replyTo !== undefined && { replyTo }),
    };
  });
}
