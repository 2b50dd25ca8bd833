/** Decides in which words a chat hears how a run of an agent ended, above whatever it answered. */
import type { Ending, EndedRun } from './ended.ts';
import { endingOf, reasonOf } from './ended.ts';
import { isAskedFor, triggerName } from './origin.ts';

/** The line; undefined where the answer itself says it. */
export function headlineOf({ run, settlement }: Pick<EndedRun, 'run' | 'settlement'>): string | undefined {
  const ending = endingOf(settlement);
  const name = isAskedFor(run.trigger) ? 'run' : triggerName(run.trigger);
  return headlines[ending](name, reasonOf(settlement));
}

/** What the program itself writes as a reason often says the ending already: it is not said twice. */
const headlines: Readonly<Record<Ending, (name: string, reason: string) => string | undefined>> = {
  succeeded: () => undefined,
  failed: (name, reason) => behind(`❌ ${name} failed`, reason),
  'over budget': (name, reason) => behind(`❌ ${name} was stopped`, reason || 'budget used up'),
  skipped: (name, reason) => `⏭ ${reason || `${name} was skipped`}`,
  cancelled: (_name, reason) => `🚫 ${opened('cancelled', reason)}`,
  again: (name, reason) => `⚠️ ${reason || `${name} failed; another attempt follows`}`,
  'interrupted again': (_name, reason) => `⚠️ ${opened('interrupted', reason || 'it runs again')}`,
  interrupted: (_name, reason) => `⚠️ ${opened('interrupted', reason || 'not repeated by itself')}`,
};

function behind(words: string, reason: string): string {
  return reason === '' ? words : `${words}: ${reason}`;
}

function opened(word: string, reason: string): string {
  return reason.startsWith(word) ? reason : behind(word, reason);
}
