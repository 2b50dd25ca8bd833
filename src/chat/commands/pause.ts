/** `/pause` and `/resume`: let nothing fire, or one trigger not. */
import { parseDuration } from '../../core/duration.ts';
import type { Pause } from '../../core/ledger.ts';
import type { Asking, ChatCommand, Said } from '../command.ts';
import { usageError } from '../wording.ts';
import { untilWhen } from '../words.ts';

const USAGE = ['/pause', '/pause ID', '/pause ID FOR', '/pause FOR'];

export const pause: ChatCommand = {
  name: 'pause',
  role: 'operator',
  usage: ['', 'ID', 'FOR', 'ID FOR'],
  summary: 'let nothing fire, or one trigger not, for a while or until /resume',
  examples: [
    { line: '/pause nightly 2h', does: 'pauses one for two hours' },
    { line: '/pause', does: 'pauses everything' },
  ],
  async handle(asking, { control }) {
    const { trigger, forMs } = readWords(asking.text);
    const by = `chat user ${asking.incoming.from}`;
    const pauses = await control.pause({
      by,
      ...(trigger !== undefined && { trigger }),
      ...(forMs !== undefined && { forMs }),
    });
    return told(pauses, asking);
  },
};

export const resume: ChatCommand = {
  name: 'resume',
  role: 'operator',
  usage: ['', 'ID'],
  summary: 'end a pause',
  examples: [{ line: '/resume nightly', does: 'lets it fire again' }],
  async handle(asking, { control }) {
    const pauses = await control.resume(asking.text === '' ? {} : { trigger: asking.text });
    return told(pauses, asking);
  },
};

function readWords(text: string): {
  readonly trigger: string | undefined;
  readonly forMs: number | undefined;
} {
  const words = text === '' ? [] : text.split(/\s+/);
  const last = words.at(-1);
  const forMs = last === undefined ? undefined : parseDuration(last);
  const names = forMs === undefined ? words : words.slice(0, -1);
  if (names.length > 1) throw usageError(`"${names[1] ?? ''}" is no length of time such as 2h`, USAGE);
  return { trigger: names[0], forMs };
}

/** What is paused now, read back. */
function told(pauses: readonly Pause[], { profile: { zone } }: Asking): Said {
  if (pauses.length === 0) return { text: '▶️ nothing is paused' };
  const lines = pauses.map(
    ({ trigger, until, by }) => `⏸ ${trigger ?? 'everything'}${untilWhen(until, zone)}, by ${by}`,
  );
  return { text: lines.join('\n') };
}
