/** `kill -9` at each stage of a reload: the next life begins with what the file says, and leaves nothing half done. */
import { readdir, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { BotApi } from '../../support/bot-api/api.ts';
import type { Service } from '../../support/untether.ts';
import type { Stage } from './support.ts';
import { ADMIN, Talker, atRest, chatToml, setStage } from './support.ts';

/** In the order in which a reload comes to them, see test/support/reload-pauses.ts. */
const EARLY = ['reading', 'parsed', 'secrets', 'listener', 'plugins', 'bots', 'hooks'];
const LATE = ['draft', 'kept', 'numbered', 'armed', 'swapped', 'told'];

/** At these nobody can say anything any more. */
const FROZEN = ['swapped'];

const PAUSES = new URL('../../support/reload-pauses.ts', import.meta.url).href;
const SOURCES = new URL('../../../src/cli/main.ts', import.meta.url).pathname;

/** Starts the sources in the place of the bundle, whose parts nothing outside of it can reach; `$1` is Node. */
const STARTING = `NODE_OPTIONS=--import=${PAUSES} exec "$1" ${SOURCES} run`;

/** What stands in the file after so many saves, each with another address, another way to Telegram, a cron more. */
function tomlOf(api: BotApi, save: number): string {
  const text = chatToml({ token: api.token, root: api.root.replace('127.0.0.1', pick(save)) }, crons(save));
  return `watch_config = false\n${text.replace('port = 0', `port = 0\nhost = "${pick(save + 1)}"`)}${HOOK}`;
}

const pick = (save: number): string => (save % 2 === 0 ? '127.0.0.1' : 'localhost');

const crons = (save: number): string =>
  ids(save)
    .map((id) => `[[triggers.crons]]\nid = "${id}"\nschedule = "0 3 1 1 *"\nprompt = "look"\n`)
    .join('\n');

const ids = (save: number): readonly string[] => Array.from({ length: save + 1 }, (_, index) => `c${index}`);

const HOOK = `
[[triggers.webhooks]]
id = "h"
path = "/h"
secret = { file = "secret" }
action = "command"
command = ["true"]
`;

/** The lives of one service, each ended in a reload and judged by the next. */
class Lives {
  readonly #stage: Stage;
  readonly #admin: Talker;
  readonly #accepted: string[] = [];
  #saves = 0;
  /** Announcements that a life left, and of these how many may be there beside their answers: nobody knows whether they arrived. */
  #announced = 0;
  #doubtful = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#admin = new Talker(stage.api, ADMIN);
  }

  /** Saves, asks for a reload, and pulls the plug at the stage, before or after the chat has heard of it. */
  async endAt(stage: string, isTold: boolean): Promise<void> {
    const { api, sandbox, control } = this.#stage;
    const service = await this.begin();
    const { body } = await service.post('/h', '{}', { authorization: 'Bearer pass-word' });
    this.#accepted.push((JSON.parse(body) as { run: string }).run);
    this.#saves += 1;
    await sandbox.save(tomlOf(api, this.#saves));
    await sandbox.write('pause-at', stage);
    const asked = this.#admin.say('/reload');
    await service.child.sees(new RegExp(`paused at ${stage}$`, 'm'));
    if (isTold) {
      await this.#admin.after(asked, /^♻️ Reloading the configuration, plugins and hooks…$/);
      await atRest(control);
    }
    await service.kill();
    this.#note();
    await rm(sandbox.path('pause-at'));
  }

  /** What the dead life has recorded; beside others on the machine, the chat may have heard of it before it was meant to. */
  #note(): void {
    using store = this.#store();
    const rows = store.prepare(`SELECT state FROM outbox WHERE content LIKE '%Reloading%'`).all();
    this.#announced += rows.length;
    this.#doubtful += rows.filter(({ state }) => state === 'sending').length;
  }

  #store(): DatabaseSync {
    return new DatabaseSync(this.#stage.sandbox.path('.untether/untether.db'), { readOnly: true });
  }

  /** Starts the next life, and judges what the one before has left. */
  async begin(): Promise<Service> {
    const { api, sandbox, control } = this.#stage;
    const service = await sandbox.startBy('sh', ['-c', STARTING, 'sh']);
    await api.until(
      () => this.#ends().length === this.#saves,
      () => JSON.stringify(this.#admin.texts()),
    );
    expect(this.#admin.texts().length - this.#saves).toBeLessThanOrEqual(this.#doubtful);
    await atRest(control);
    const triggers = await control.triggers({});
    expect(triggers.map(({ id }) => id)).toEqual([
      ...ids(this.#saves).map((id) => `cron:${id}`),
      'webhook:h',
    ]);
    const { revision } = await control.status();
    const [newest, ...older] = await control.revisions();
    expect(newest).toMatchObject({ revision, live: true });
    expect(older.every((one) => !one.live && one.revision < revision)).toBe(true);
    const texts = await readdir(sandbox.path('.untether/revisions'));
    expect(texts.toSorted()).toEqual((await this.#hashes()).map((hash) => `${hash}.json`));
    return service;
  }

  /** Nothing that was accepted is lost, and the store is whole. */
  async judge(): Promise<void> {
    const runs = await this.#stage.control.runs({ limit: 100 });
    expect(runs.map(({ id, state }) => [id, state]).toSorted()).toEqual(
      this.#accepted.map((id) => [id, 'succeeded']).toSorted(),
    );
    using store = this.#store();
    expect(store.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(this.#admin.texts().filter((text) => text.includes('began anew'))).toHaveLength(this.#announced);
    expect(this.#stage.api.complaints).toEqual([]);
  }

  /** One message for each time that somebody asked, in the end. */
  #ends(): readonly string[] {
    return this.#admin.texts().filter((text) => /^♻️ .*revision \d+ is live/.test(text));
  }

  async #hashes(): Promise<readonly string[]> {
    const rows = await this.#stage.control.revisions();
    return [...new Set(rows.map(({ hash }) => hash))].sort();
  }
}

it.concurrent.each([
  ['nothing is written', EARLY],
  ['it goes live', LATE],
])('a reload that is cut off while %s is as if the start had been all', async (_, stages) => {
  await using stage = await setStage((api) => tomlOf(api, 0));
  await stage.sandbox.write('secret', 'pass-word');
  const lives = new Lives(stage);
  for (const [index, one] of stages.entries())
    await lives.endAt(one, index % 2 === 1 && !FROZEN.includes(one));
  const last = await lives.begin();
  await lives.judge();
  expect((await last.stop()).code).toBe(0);
});
