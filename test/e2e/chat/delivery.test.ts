/** Messages go out as fast as Telegram lets them, in their order, and what shows a run at work never delays its end. */
import { describe, expect, it } from 'vitest';
import type { BotApi } from '../../support/bot-api/api.ts';
import { eventually } from '../../support/untether.ts';
import type { LiveStage } from './support.ts';
import { OPERATOR, USER, USERS, chatToml, liveStage } from './support.ts';

const GROUP = -1_001;
const PEOPLE = USERS.slice(0, 20);

/**
 * Says its prompt back; `busy N` works for N tenths of a second, or until there is a
 * file `stop`, and tells of each; `long N` answers with N paragraphs.
 */
const AGENT = String.raw`["sh", "-c", '''read -r what n; i=0
echo '{"type":"system","subtype":"init","session_id":"one","model":"m"}'
end() { printf '{"type":"result","subtype":"success","is_error":false,"session_id":"one","result":"%s"}\n' "$1"; }
case "$what" in
  busy) while [ $i -lt $n ] && [ ! -e stop ]; do i=$((i+1)); sleep 0.1
    echo '{"type":"assistant","message":{"id":"m'$i'","content":[{"type":"text","text":"step '$i'"}]}}'; done
    end "busy is over";;
  long) while [ $i -lt $n ]; do i=$((i+1)); text="$text$(printf "paragraph %03d. %0500d" $i 0)\\n\\n"; done; end "$text";;
  *) end "$what $n";;
esac''']
output = "jsonl:claude"`;

const setUp = (): Promise<LiveStage> =>
  liveStage((api) => chatToml(api, '', { users: [USER, ...PEOPLE] }).replace('["cat"]', AGENT));

const numbers = (texts: readonly string[]): readonly (string | undefined)[] =>
  texts.map((text) => /\/(nix\d+)/.exec(text)?.[1]);

/** What Telegram refused because it came too soon. */
const tooSoon = (api: BotApi): readonly unknown[] =>
  api.calls
    .filter(({ outcome }) => outcome.kind === 'refused' && outcome.status === 429)
    .map(({ params }) => [params['chat_id'], params['text']]);

/** Two messages to each of twenty chats and four to one more, all at once, under Telegram's limits. */
async function flood(
  { api }: LiveStage,
  chats: { readonly many: readonly number[]; readonly one: number },
): Promise<void> {
  api.limits = { perChatPerSecond: 1, perGroupPerMinute: 20, overallPerSecond: 30 };
  const say = (chat: number, commands: readonly string[]): void => {
    for (const text of commands) api.say({ from: chat < 0 ? USER : chat, chat, text: `/${text}` });
  };
  const four = ['nix1', 'nix2', 'nix3', 'nix4'];
  say(chats.one, four);
  for (const chat of chats.many) say(chat, ['nix1', 'nix2']);
  const begun = performance.now();
  await Promise.all([api.sees(chats.one, /nix4/), ...chats.many.map((chat) => api.sees(chat, /nix2/))]);
  // 44 messages at 30 a second, four at one a second, and some room for a busy machine.
  expect(performance.now() - begun).toBeLessThan(10_000);
  for (const chat of chats.many) expect(numbers(api.texts(chat))).toEqual(['nix1', 'nix2']);
  expect(numbers(api.texts(chats.one))).toEqual(four);
}

const GROUPS = PEOPLE.map((person) => -person);

// Alone, and tried again: the double counts a tenth of a second as too soon, which a busy machine may take.
it.each([
  ['groups', { many: GROUPS, one: GROUP }],
  ['private chats', { many: PEOPLE, one: USER }],
])('keeps to the pace of %s: Telegram never says 429', { retry: 2 }, async (_which, chats) => {
  await using stage = await setUp();
  await flood(stage, chats);
  expect(tooSoon(stage.api)).toEqual([]);
});

describe.concurrent('the pace', () => {
  it('loses nothing and keeps the order where Telegram says 429 all the same', async () => {
    await using stage = await setUp();
    const { api, control } = stage;
    for (const chat of [USER, ...PEOPLE])
      api.fault({ method: 'sendMessage', chat, kind: { status: 429, retryAfter: 1 } });
    await flood(stage, { many: PEOPLE, one: USER });
    expect(api.calls.filter(({ outcome }) => outcome.kind === 'faulted')).toHaveLength(1 + PEOPLE.length);
    await eventually('nothing waits', async () => (await control.status()).outbox.waiting === 0);
    expect((await control.status()).outbox).toEqual({ waiting: 0, failed: 0, unknown: 0 });
  });

  it.runIf(process.env['UNTETHER_TEST_LONG'] === '1')(
    'is twenty a minute in a group',
    { retry: 2, timeout: 180_000 },
    async () => {
      await using stage = await setUp();
      const { api, control } = stage;
      api.limits = { perChatPerSecond: 1, perGroupPerMinute: 20, overallPerSecond: 30 };
      const commands = Array.from({ length: 25 }, (_, index) => `nix${index + 1}`);
      for (const command of commands) api.say({ from: USER, chat: GROUP, text: `/${command}` });
      await eventually('they are on their way', async () => (await control.status()).outbox.waiting > 10);
      await eventually('all is said', async () => (await control.status()).outbox.waiting === 0, 150_000);
      await api.sees(GROUP, /nix25/);
      expect(tooSoon(api)).toEqual([]);
      expect(numbers(api.texts(GROUP))).toEqual(commands);
    },
  );
});

describe.concurrent('a run at work', () => {
  it('is shown every two seconds at most, and its end at once', async () => {
    await using stage = await setUp();
    const { api, control } = stage;
    api.say({ from: USER, text: 'busy 55' });
    const { id } = await api.sees(USER, /busy is over[^]*echo · .*manual/);
    const [run] = await control.runs({ limit: 1 });
    const edits = api
      .callsOf('editMessageText')
      .filter(({ params }) => params['message_id'] === id)
      .map(({ at, params }) => ({ at, text: String(params['text']) }));
    const shown = edits.filter(({ text }) => text.includes('is working'));
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(shown.length).toBeLessThanOrEqual(5);
    expect(shown.filter(({ text }) => /step \d+/.test(text)).length).toBeGreaterThanOrEqual(2);
    // The first may follow at once upon the word that it began.
    const gaps = shown.slice(2).map(({ at }, index) => at - (shown[index + 1]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(1_700);
    const end = edits.at(-1);
    expect(end?.text).toContain('busy is over');
    expect(edits.filter(({ text }) => text.includes('busy is over'))).toHaveLength(1);
    const [sent] = (await control.run(run?.id ?? '')).messages;
    expect((sent?.sentAt ?? Infinity) - (run?.endedAt ?? 0)).toBeLessThan(1_500);
    expect(api.texts(USER)).toHaveLength(1);
  });

  it('keeps its glimpses back while the ends of others wait', async () => {
    await using stage = await setUp();
    const { api, sandbox } = stage;
    for (let n = 0; n < 3; n += 1) api.say({ from: USER, text: 'busy 600' });
    const count = (pattern: RegExp): number => api.texts(USER).filter((text) => pattern.test(text)).length;
    await api.until(() => count(/is working[^]*step/) === 3, 'all work');
    await sandbox.write('stop', '');
    await api.until(() => count(/busy is over/) === 3, 'all ends are there');
    const shown = api.callsOf('editMessageText').map(({ params }) => String(params['text']));
    const from = shown.findIndex((text) => text.includes('busy is over'));
    expect(shown.slice(from).map((text) => text.split('\n')[0])).toEqual(Array(3).fill('busy is over'));
  });
});

describe.concurrent('a long answer', () => {
  it('arrives in parts, in their order', async () => {
    await using stage = await setUp();
    const { api } = stage;
    api.say({ from: USER, text: 'long 20' });
    await api.sees(USER, /is working|paragraph/);
    for (const text of ['/nix1', '/nix2']) api.say({ from: USER, text });
    await api.sees(USER, /paragraph 020/);
    await api.sees(USER, /nix2/);
    const parts = api.texts(USER).filter((text) => text.includes('paragraph'));
    expect(parts.length).toBeGreaterThan(2);
    const seen = parts.flatMap((text) => [...text.matchAll(/paragraph (\d+)/g)].map(([, n]) => Number(n)));
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('that is longer still arrives as one file', async () => {
    await using stage = await setUp();
    const { api, control } = stage;
    api.say({ from: OPERATOR, text: 'long 60' });
    const { document } = await api.until(
      () => api.messages(OPERATOR).find((message) => message.document !== undefined),
      'a file',
    );
    expect([...(document?.text ?? '').matchAll(/paragraph (\d+)/g)]).toHaveLength(60);
    await eventually('all is said', async () => (await control.status()).outbox.waiting === 0);
    expect(api.messages(OPERATOR).filter((message) => message.document !== undefined)).toHaveLength(1);
  });
});
