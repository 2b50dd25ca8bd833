/** Nothing beside a cron keeps it from its moments: no fetch, no chat, no other cron; and no death makes it fire twice. */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/cli/client.ts';
import type { Run, RunState } from '../../src/core/run.ts';
import { serve } from '../actions/servers.ts';
import type { TestServer } from '../actions/servers.ts';
import { eventually, Sandbox } from '../support/untether.ts';
import { chatToml, setStage, USER } from './chat/support.ts';
import type { Stage } from './chat/support.ts';

const GROUP = -1001;
const HELD = -1002;
const TOGETHER = Array.from({ length: 30 }, (_, index) => `together-${index}`);
const SECOND = 1_000;

const cron = (id: string, keys: string): string => `
[[triggers.crons]]
id = "${id}"
schedule = "* * * * * *"
action = "command"
command = ["true"]
${keys}
`;
const told = (chat: number): string => `chat_id = ${chat}\nnotify_on_success = true`;
const fetching = (url: string): string =>
  `fetch = { type = "http_get", url = "${url}", allow_private = ["127.0.0.0/8"] }`;
const once = (id: string, ...keys: readonly string[]): string =>
  cron(id, ['run_once = true', ...keys].join('\n'));

describe.concurrent('a cron', () => {
  let stage: Stage;
  let remote: TestServer;
  /** Not answered until a test does so. */
  const slow: ServerResponse[] = [];
  let isBroken = true;

  const answer = (response: ServerResponse, path: string): void => {
    if (path === '/slow') slow.push(response);
    else response.writeHead(isBroken ? 500 : 200).end('data');
  };

  beforeAll(async () => {
    remote = await serve((response, { url }) => {
      answer(response, url);
    });
    stage = await setStage((api) =>
      chatToml(
        api,
        [
          cron('beat', `overlap = "allow"\n${told(HELD)}`),
          once('slow', fetching(`${remote.url}/slow`)),
          once('broken', fetching(`${remote.url}/broken`)),
          once('untold', told(USER)),
          ...TOGETHER.map((id) => once(id, told(GROUP))),
        ].join(''),
      ),
    );
    stage.api.fault({ method: 'sendMessage', chat: HELD, kind: { status: 429, retryAfter: 90 } });
    stage.api.fault({ method: 'sendMessage', chat: USER, kind: 'drop' });
    await stage.sandbox.start();
  });

  afterAll(async () => {
    expect(stage.api.complaints).toEqual([]);
    await stage[Symbol.asyncDispose]();
    await remote[Symbol.asyncDispose]();
  });

  /** Its rows, oldest first. */
  async function rows(id: string): Promise<readonly Run[]> {
    return (await stage.control.runs({ trigger: `cron:${id}`, limit: 1_000 })).toReversed();
  }

  const isState = (run: Run | undefined, state: RunState): boolean => run?.state === state;

  async function only(id: string, state: RunState): Promise<Run> {
    await eventually(`${id} is ${state}`, async () => isState((await rows(id))[0], state));
    const [run, ...others] = await rows(id);
    if (run === undefined) throw new Error(`${id} has no row`);
    expect(others).toEqual([]);
    return run;
  }

  /** Resolves once `beat` has run in each of so many seconds after `since`; none of them is late. */
  async function beats(since: number, count: number): Promise<void> {
    const after = async (): Promise<readonly Run[]> =>
      (await rows('beat')).filter(({ dueAt }) => dueAt > since).slice(0, count);
    await eventually('the seconds are served', async () => {
      const found = await after();
      return found.length === count && found.every((run) => isState(run, 'succeeded'));
    });
    expect((await after()).map(({ dueAt, reason }) => [dueAt - since, reason])).toEqual(
      Array.from({ length: count }, (_, index) => [(index + 1) * SECOND, null]),
    );
  }

  it('starts at once beside another of the same second whose fetch is slow, and is not late in the next', async () => {
    const { dueAt } = await only('slow', 'running');
    await eventually('the fetch waits for its answer', () => Promise.resolve(slow.length === 1));
    await beats(dueAt - SECOND, 3);
    await only('slow', 'running');
    slow[0]?.end('data');
    await only('slow', 'succeeded');
  });

  it('runs although 29 others of its second are told of in the same chat, and no second after it is lost', async () => {
    const runs = await Promise.all(TOGETHER.map((id) => only(id, 'succeeded')));
    const seconds = new Set(runs.map(({ dueAt }) => dueAt));
    expect(seconds.size).toBe(1);
    await beats(Math.max(...seconds), 2);
    expect((await stage.control.status()).outbox.waiting).toBeGreaterThan(0);
  });

  it('that fires once is spent by its admission alone: a fetch that fails fails the run, and repeating it is asked for', async () => {
    const failed = await only('broken', 'failed');
    expect(failed.reason).toBe('fetch failed: HTTP 500');
    await beats(failed.dueAt, 2);
    const [view] = await stage.control.triggers({ trigger: 'cron:broken' });
    expect(view).toMatchObject({ nextAt: null, never: 'spent; it fires once' });
    expect(await rows('broken')).toHaveLength(1);
    isBroken = false;
    const { run } = await stage.control.retry(failed.id);
    await eventually('it went well', async () => isState((await stage.control.run(run)).run, 'succeeded'));
  });

  it('that fires once runs although its chat cannot be told, which it is afterwards, once', async () => {
    const run = await only('untold', 'succeeded');
    await stage.api.sees(USER, /^✅ cron:untold/);
    const calls = stage.api.callsOf('sendMessage').filter(({ params }) => params['chat_id'] === USER);
    expect(calls.map(({ outcome }) => 'fault' in outcome)).toEqual([true, false]);
    expect((await stage.control.run(run.id)).messages).toMatchObject([{ state: 'sent' }]);
    expect(stage.api.texts(USER)).toHaveLength(1);
    expect(await rows('untold')).toHaveLength(1);
  });

  it('is served while Telegram holds its chat', async () => {
    const isHeld = (): boolean =>
      stage.api.callsOf('sendMessage').some(({ params }) => params['chat_id'] === HELD);
    await stage.api.until(isHeld, 'Telegram holds the chat');
    await beats((await rows('beat')).at(-1)?.dueAt ?? 0, 2);
    expect(stage.api.texts(HELD)).toEqual([]);
  });
});

describe('a cron that fires once', () => {
  /** Notes each start; runs until there is a file `go`, and notes that it came so far. */
  const endless = (id: string): string =>
    once(id).replace(
      '["true"]',
      `["sh", "-c", 'echo x >> starts.${id}; while [ ! -e go ]; do sleep 0.02; done; echo x >> ends.${id}']`,
    );
  const toml = (ids: readonly string[]): string =>
    `[triggers.server]\nport = 0\n${cron('beat', 'overlap = "allow"')}${ids.map(endless).join('')}`;

  it('comes to its end once and never fires again, whenever after its admission the plug is pulled', async () => {
    await using sandbox = await Sandbox.make();
    const control = connect(() => sandbox.path('.untether'));
    const rows = (id: string): Promise<readonly Run[]> => control.runs({ trigger: `cron:${id}`, limit: 100 });
    const isThere = async (id: string): Promise<boolean> => (await rows(id)).length > 0;
    const isStarted = async (id: string): Promise<boolean> => (await sandbox.read(`starts.${id}`)) !== '';
    const kills = [
      ['one', isThere],
      ['two', isStarted],
      ['three', isThere],
    ] as const;
    const ids = kills.map(([id]) => id);
    for (const [index, [id, happens]] of kills.entries()) {
      await sandbox.write('untether.toml', toml(ids.slice(0, index + 1)));
      const service = await sandbox.start();
      await eventually(`${id} was admitted`, () => happens(id));
      await service.kill();
    }

    await sandbox.start();
    await sandbox.write('go', '');
    const ends = async (id: string): Promise<string | undefined> => (await rows(id))[0]?.state;
    for (const id of ids) await eventually(`${id} succeeds`, async () => (await ends(id)) === 'succeeded');
    const [last] = await rows('beat');
    await eventually('another second is served', async () => (await rows('beat'))[0]?.id !== last?.id);
    for (const id of ids) {
      expect(await rows(id)).toHaveLength(1);
      expect(await sandbox.read(`ends.${id}`)).toBe('x\n');
    }
    const views = (await control.triggers({})).filter(({ id }) => id !== 'cron:beat');
    expect(await control.status()).toMatchObject({ crons: 4, spentCrons: 3 });
    expect(views.map(({ never }) => never)).toEqual(ids.map(() => 'spent; it fires once'));
  });
});
