/** `/pause` and `/resume`: let nothing fire, or one trigger not. */
import { parseDuration } from '../../core/duration.ts';
import type { Pause } from '../../core/trigger-ledger.ts';
import type { Asking, ChatCommand, ChatWorld, Said } from '../command.ts';
import type { Incoming } from '../incoming.ts';
import { usageError } from '../wording.ts';
import { pauseLine } from '../words.ts';

const USAGE = [
  '/pause',
  '/pause ID',
  '/pause FOR',
  '/pause ID FOR',
  '/pause until TIME',
  '/pause ID until TIME',
];

/** What a person fires by hand runs all the same. */
export const pause: ChatCommand = {
  name: 'pause',
  role: 'operator',
  usage: ['', 'ID', 'FOR', 'ID FOR', 'until TIME', 'ID until TIME'],
  summary: 'let nothing fire, or one trigger not, for a while, until a time or until /resume',
  examples: [
    { line: '/pause nightly 2h', does: 'pauses one for two hours' },
    { line: '/pause nightly until 9am', does: "pauses one until nine, in the chat's zone" },
    { line: '/pause', does: 'pauses everything' },
  ],
  async handle(asking, world) {
    const held = await readWords(asking, world);
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
  readonly until?: number;
}

async function readWords(asking: Asking, world: ChatWorld): Promise<Held> {
  const { text } = asking;
  if (text === '') return {};
  const alone = await readEnd(text, asking, world);
  if (alone !== undefined) return alone;
  const { trigger, rest } = world.control.splitTrigger({ text });
  if (rest === '') return { trigger };
  const end = await readEnd(rest, asking, world);
  if (end === undefined)
    throw usageError(`"${rest}" is no length of time such as 2h, and no end such as until 9am`, USAGE);
  return { trigger, ...end };
}

/** `2h`, or `until tomorrow 9:00` on the chat's clock; undefined: neither. */
async function readEnd(
  text: string,
  { profile: { zone } }: Asking,
  { control }: ChatWorld,
): Promise<Held | undefined> {
  const forMs = parseDuration(text);
  if (forMs !== undefined) return { forMs };
  const [, time] = /^until\s+([^]+)$/i.exec(text) ?? [];
  if (time === undefined) return undefined;
  return { until: await control.readTime({ text: time, zone, side: 'coming' }) };
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
