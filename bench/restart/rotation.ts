/** Decides what people notice of a bot's new token: whether each message is answered once, and how late. */
import { BotApi } from '../../test/support/bot-api/api.ts';
import { sleep } from '../reload/saves.ts';
import { atMost } from '../row.ts';
import type { Row } from '../row.ts';
import { MeasuredService } from '../service/service.ts';
import { chatToml } from '../service/toml.ts';
import { largest, percentile } from '../spread.ts';

const MESSAGES = 100;
/** Below Telegram's own limit of 30 a second. */
const EVERY_MS = 50;
const FIRST_PERSON = 100_000;
const NEXT_TOKEN = 'AAF-another-token-of-the-same-bot-00';
/** What would be answered twice has been by then. */
const SETTLED_MS = 1_500;

/** One save of another token amid a hundred messages, each of somebody else. */
export async function rotated(): Promise<readonly Row[]> {
  await using api = await BotApi.start();
  const people = Array.from({ length: MESSAGES }, (_, index) => FIRST_PERSON + index);
  const [id = ''] = api.token.split(':');
  const next = `${id}:${NEXT_TOKEN}`;
  await using service = await MeasuredService.start({ toml: chatToml(api, people) });
  await api.polled();
  const answers: Promise<number>[] = [];
  for (const [index, person] of people.entries()) {
    if (index === MESSAGES / 2) {
      api.addBot({ token: next, id: Number(id) });
      await service.save(chatToml({ token: next, root: api.root }, people));
    }
    answers.push(answered(api, person));
    await sleep(EVERY_MS);
  }
  const timesMs = await Promise.all(answers);
  await api.polled(next);
  await sleep(SETTLED_MS);
  return rowsOf(timesMs, {
    more: people.reduce((sum, person) => sum + api.texts(person).length, 0) - MESSAGES,
    met: api.callsOf('getUpdates').filter(isConflict).length,
  });
}

async function answered(api: BotApi, person: number): Promise<number> {
  const saidAt = performance.now();
  api.say({ from: person, text: '/ping' });
  await api.sees(person, /pong/);
  return performance.now() - saidAt;
}

function isConflict({ outcome }: ReturnType<BotApi['callsOf']>[number]): boolean {
  return outcome.kind === 'refused' && outcome.status === 409;
}

function rowsOf(
  timesMs: readonly number[],
  { more, met }: { readonly more: number; readonly met: number },
): readonly Row[] {
  const none = [atMost(0)];
  return [
    {
      what: `another token amid ${MESSAGES} messages: answers too many`,
      value: more,
      unit: '',
      targets: none,
    },
    { what: '  polls that met another', value: met, unit: '', targets: none },
    { what: '  message → answer, p50', value: percentile(timesMs, 0.5), unit: 'ms' },
    { what: '  the longest', value: largest(timesMs), unit: 'ms' },
  ];
}
