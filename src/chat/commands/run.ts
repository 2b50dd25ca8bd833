/** `/run`, plain text and replies: an agent now, or on with the one whose message is replied to. */
import { knownName } from '../../core/named.ts';
import type { Asking, ChatCommand, ChatWorld, Said } from '../command.ts';
import { askOf, orderOf } from '../order.ts';
import { queuedMessage } from '../queued.ts';
import { repliedRun } from '../replied.ts';
import { usageError } from '../wording.ts';

/** The first word is an engine where it names one. */
export const run: ChatCommand = {
  name: 'run',
  role: 'user',
  usage: ['ENGINE? PROMPT'],
  summary: 'start an agent now; plain text does the same, and a reply to its message goes on with it',
  examples: [
    { line: '/run claude what changed today?', does: 'asks that engine' },
    { line: 'what changed today?', does: "asks the chat's engine" },
  ],
  async handle(asking, world) {
    const { engine, prompt } = splitEngine(asking.text, world.engines());
    if (prompt === '') throw usageError('what is to be done? the prompt is missing', ['/run ENGINE? PROMPT']);
    return startAgent({ ...askOf(asking, prompt), ...(engine !== undefined && { engine }) }, asking, world);
  },
};

/** Plain text: a prompt, or the next words to the agent whose message it replies to. */
export async function saySomething(asking: Asking, world: ChatWorld): Promise<Said> {
  const continues = await repliedRun(asking, world);
  const ask = continues === undefined ? askOf(asking, asking.text) : { prompt: asking.text, continues };
  return startAgent(ask, asking, world);
}

async function startAgent(
  ask: Parameters<ChatWorld['control']['ask']>[0],
  asking: Asking,
  { control }: ChatWorld,
): Promise<Said> {
  const order = orderOf(asking);
  const { run: id } = await control.ask({ ...ask, order });
  return { messages: [queuedMessage(id, order.to, order.replyTo)] };
}

function splitEngine(
  text: string,
  engines: readonly string[],
): { readonly engine: string | undefined; readonly prompt: string } {
  const [, word = '', rest = ''] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
  const engine = knownName(engines, word);
  return engine === undefined ? { engine, prompt: text } : { engine, prompt: rest };
}
