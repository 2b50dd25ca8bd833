/** `/pause` and `/resume`: let nothing fire, or one trigger not. */
import { parseDuration } from '../../core/duration.ts';
import type { Pause } from '../../core/trigger-ledger.ts';
import type { Asking, ChatCommand, ChatWorld, Said } from '../command.ts';
import type { Incoming } from '../incoming.ts';
import { usageError } from '../wording.ts';
import { pauseLine } from '../words.ts';

const USAGE = ['/pause', '/pause ID', '/pause ID FOR', '/pause FOR'];

/** What a person fires by hand runs all the same. */
export const pause: ChatCommand = {
  name: 'pause',
  role: 'operator',
  usage: ['', 'ID', 'FOR', 'ID FOR'],
  summary: 'let nothing fire, or one trigger not, for a while or until /resume',
  examples: [
    { line: '/pause nightly 2h', does: 'pauses one for two hours' },
    { line: '/pause', does: 'pauses everything' },
  ],
  async handle(asking, world) {
    const held = readWords(asking.text, world);
    const pauses = await world.control.pause({ by: nameOf(asking.incoming), ...held });
    return told(pauses, asking);
  },
};

/** What became due meanwhile is judged as if it had been missed. */
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

interface Held {
  readonly trigger?: string;
  readonly forMs?: number;
}

function readWords(text: string, { control }: ChatWorld): Held {
  if (text === '') return {};
  const alone = parseDuration(text);
  if (alone !== undefined) return { forMs: alone };
  const { trigger, rest } = control.splitTrigger({ text });
  if (rest === '') return { trigger };
  const forMs = parseDuration(rest);
  if (forMs === undefined) throw usageError(`"${rest}" is no length of time such as 2h`, USAGE);
  return { trigger, forMs };
}

/** Who is said to have paused it. */
function nameOf({ from }: Incoming): string {
  return from === undefined ? 'the terminal' : `chat user ${from}`;
}

/** What is paused now, read back. */
function told(pauses: readonly Pause[], { profile: { zone } }: Asking): Said {
  if (pauses.length === 0) return { text: '▶️ nothing is paused' };
  return { text: pauses.map((one) => pauseLine(one, zone)).join('\n') };
}
