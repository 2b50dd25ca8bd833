/** Decides how quick a chat is: from a command to its answer, alone, in a crowd, and beside a chat that is held. */
import { BotApi } from '../test/support/bot-api/api.ts';
import type { OutboxFigures } from './chat/outbox-process.ts';
import { forkBeside, nextMessage, SERVER_CORE } from './processes.ts';
import { atMost } from './row.ts';
import type { Row } from './row.ts';
import { MeasuredService } from './service/service.ts';
import { chatToml } from './service/toml.ts';
import { largest, percentile } from './spread.ts';

export const name =
  'chat: /ping through a double of the Bot API, a core each; a bare bot of fetch calls beside the service';

const ALONE = 60;
const CROWD = 200;
/** Bot API, "Broadcasting": about 30 messages a second over all chats. */
const PER_SECOND = 30;

export async function run(): Promise<readonly Row[]> {
  const bare = await answeredByBareBot();
  const service = await answeredByService();
  const outbox = await nextMessage<OutboxFigures>(
    forkBeside(import.meta.url, './chat/outbox-process.ts', { execArgv: ['--expose-gc'] }),
  );
  const baseline = 'bare bot: command → answer, p50';
  const alone = percentile(service.aloneMs, 0.5);
  const beside = percentile(service.besideMs, 0.5);
  const crowdS = largest(service.crowdMs) / 1_000;
  return [
    { what: baseline, value: percentile(bare, 0.5), unit: 'ms' },
    {
      what: 'command → answer, p50',
      value: alone,
      unit: 'ms',
      baseline,
      ratio: alone / percentile(bare, 0.5),
    },
    { what: 'command → answer, p95', value: percentile(service.aloneMs, 0.95), unit: 'ms' },
    {
      what: `${CROWD} chats at once: the last answered`,
      value: crowdS,
      unit: 's',
      baseline: `${PER_SECOND} a second`,
      ratio: crowdS / (CROWD / PER_SECOND),
      targets: [atMost(1.2, 'ratio')],
    },
    { what: `${CROWD} chats at once: p50`, value: percentile(service.crowdMs, 0.5), unit: 'ms' },
    {
      what: 'beside a chat that is held by 429: command → answer, p50',
      value: beside,
      unit: 'ms',
      baseline: 'without one',
      ratio: beside / alone,
      targets: [atMost(1.5, 'ratio')],
    },
    { what: '1,000 messages that wait: memory', value: outbox.heapKb, unit: 'KB' },
    { what: '1,000 messages that wait: file', value: outbox.fileKb, unit: 'KB' },
  ];
}

interface Answered {
  readonly aloneMs: readonly number[];
  readonly crowdMs: readonly number[];
  readonly besideMs: readonly number[];
}

async function answeredByService(): Promise<Answered> {
  await using api = await BotApi.start();
  await using _service = await MeasuredService.start({ toml: tomlFor(api), core: SERVER_CORE });
  await api.polled();
  await timed(api, people(1, 5));
  const aloneMs = await timed(api, people(100, ALONE));
  const crowdMs = await Promise.all(people(1_000, CROWD).map((person) => pingOf(api, person)));
  const [held = 0] = people(2_000, 1);
  api.fault({ method: 'sendMessage', chat: held, times: Infinity, kind: { status: 429, retryAfter: 30 } });
  for (let messages = 0; messages < 5; messages++) api.say({ from: held, text: '/ping' });
  const besideMs = await timed(api, people(3_000, ALONE));
  return { aloneMs, crowdMs, besideMs };
}

async function answeredByBareBot(): Promise<readonly number[]> {
  await using api = await BotApi.start();
  const bot = forkBeside(import.meta.url, './chat/bare-bot-process.ts', {
    args: [`${api.root}/bot${api.token}`],
    core: SERVER_CORE,
  });
  try {
    await api.polled();
    await timed(api, people(1, 5));
    return await timed(api, people(100, ALONE));
  } finally {
    bot.kill();
  }
}

/** One after the other, a chat each, so that no chat's own pace is in the way. */
async function timed(api: BotApi, persons: readonly number[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const person of persons) {
    times.push(await pingOf(api, person));
    // Below the overall pace, which is not what is measured here.
    await new Promise((resolve) => setTimeout(resolve, 1_000 / PER_SECOND));
  }
  return times;
}

async function pingOf(api: BotApi, person: number): Promise<number> {
  const startedAt = performance.now();
  api.say({ from: person, text: '/ping' });
  await api.sees(person, /pong/);
  return performance.now() - startedAt;
}

function people(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first * 1_000 + index);
}

function tomlFor(api: BotApi): string {
  const users = [
    ...people(1, 5),
    ...people(100, ALONE),
    ...people(1_000, CROWD),
    ...people(2_000, 1),
    ...people(3_000, ALONE),
  ];
  return chatToml(api, users);
}
