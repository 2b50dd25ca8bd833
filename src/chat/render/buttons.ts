/** Decides what can be pressed below a message of a run. */
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { Button } from '../../core/message.ts';
import { buttonRow, cancelButton, logButton, retryButton } from '../buttons.ts';
import type { Ending, EndedRun } from './ended.ts';
import { isAskedFor } from './origin.ts';

/** Below a run that is under way or waits. */
export function cancelButtons(run: RunId): readonly Button[] {
  return [cancelButton(run)];
}

/** One row, possibly empty, for how an attempt ended. */
export function buttonsAfter(ending: Ending, { id, trigger }: EndedRun['run']): readonly Button[] {
  switch (ending) {
    case 'succeeded':
    case 'cancelled':
    case 'skipped':
      return [];
    case 'again':
    case 'interrupted again':
      return cancelButtons(id);
    case 'interrupted':
      return retryButtons(id);
    case 'failed':
    case 'over budget':
      return [...retryButtons(id), ...muteButtons(trigger)];
    default:
      return ending satisfies never;
  }
}

function retryButtons(run: RunId): readonly Button[] {
  return [retryButton(run), logButton(run)];
}

/** Only what would come again by itself can be muted here, and only when its name fits into a button. */
function muteButtons(trigger: TriggerId): readonly Button[] {
  return isAskedFor(trigger) ? [] : buttonRow({ label: 'Mute', command: `/mute ${trigger}` });
}
