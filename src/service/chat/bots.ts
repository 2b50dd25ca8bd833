/** Decides which bots are connected: those that the live configuration names, confirmed before a save goes live. */
import { allOf, nothingToDo, onlyCommit, preparing } from '../../config/stage.ts';
import type { Prepared, Stage, Staged } from '../../config/stage.ts';
import type { KeyPath } from '../../config/problem.ts';
import { DEFAULT_BOT } from '../../core/chat-settings.ts';
import type { BotSettings, ChatSettings } from '../../core/chat-settings.ts';
import type { Cancel } from '../../core/clock.ts';
import type { Control } from '../../core/control.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { BotReload, BotStatus } from '../../core/views.ts';
import type { Conditions } from '../../telemetry/conditions.ts';
import { showBots } from './bot-conditions.ts';
import { BotLink } from './bot-link.ts';
import type { LinkDeps } from './bot-link.ts';
import { reloadEach } from './reload-each.ts';

/** A service is ready without its bots when Telegram has not answered for so long. */
const FIRST_POLL_MS = 10_000;

/** What bots are connected with. */
export interface BotsDeps extends LinkDeps {
  readonly conditions: Conditions;
  /** Telegram has answered a poll of one of them. */
  readonly onPolled: () => void;
}

type BotTable = ChatSettings['bots'];
type WhichBots = Parameters<Control['reloadBots']>[0];

/** The bots of the service. */
export class Bots implements Stage {
  readonly #deps: BotsDeps;
  readonly #links = new Map<string, BotLink>();
  /** Those that the start of the service waits for; one that a save brings keeps nobody waiting. */
  readonly #awaited = new Set<string>();
  /** Those whose settings in the file wait until somebody asks for them. */
  readonly #waiting = new Set<string>();
  #firstPoll: Cancel | undefined;
  #isClosed = false;
  /** Starts and ends are carried out one after another. */
  #changing: Promise<void> = Promise.resolve();

  constructor(deps: BotsDeps) {
    this.#deps = deps;
  }

  /** Connects the bots of the start; resolves when they have been taken up, whatever the network does. */
  async begin(bots: BotTable): Promise<void> {
    if (bots.size === 0) this.#deps.log.info('chat is off: no bot_token is configured');
    for (const name of bots.keys()) this.#awaited.add(name);
    this.#firstPoll = this.#deps.clock.after(FIRST_POLL_MS, () => {
      this.#awaited.clear();
      this.#judge();
    });
    for (const settings of bots.values()) this.#connect(settings);
    this.#judge();
    await this.#changing;
  }

  /** Confirms what is new before it goes live; nothing is touched before that. */
  async prepare({ chat }: Snapshot): Promise<Prepared> {
    if (this.#isClosed) return nothingToDo;
    const { bots, botsFollow } = chat;
    const changed = [...bots.values()].filter((next) => !isSame(next, this.#links.get(next.name)?.settings));
    const gone = [...this.#links.keys()].filter((name) => !bots.has(name));
    if (botsFollow === 'manual') return this.#putOff([...changed.map(({ name }) => name), ...gone]);
    const prepared = await Promise.all(
      changed.map((next) => preparing(tokenOf(next.name, bots), () => this.#prepareOne(next))),
    );
    const ready = prepared.flatMap((one) => (one.kind === 'ready' ? one.staged : []));
    const refused = prepared.find(({ kind }) => kind === 'refused');
    if (refused !== undefined) {
      await allOf(ready).undo();
      return refused;
    }
    return {
      kind: 'ready',
      staged: allOf([...ready, ...gone.map((name) => this.#goodbye(name)), this.#settled()]),
    };
  }

  /**
   * Connects a bot again, with what the live configuration says of it; where none is named all, one after another. Rejects
   * with `not_found`, with `conflict` when it is to be one that waits and does not, and as `BotLink.reload` does.
   */
  reload({ bot, isWaiting = false }: WhichBots, current: () => BotTable): Promise<readonly BotReload[]> {
    const all = new Set([...current().keys(), ...this.#links.keys()]);
    const names = bot === undefined ? [...all] : [bot];
    // Each takes its seconds, in which a save may have moved those after it.
    return reloadEach(names, (name) => {
      if (isWaiting && !this.#waiting.has(name)) throw waitsForNothing(name);
      return this.#reloadOne(name, current());
    });
  }

  list(): readonly BotStatus[] {
    return [...this.#links.values()].map(({ status }) => status);
  }

  /** These messages are in the outbox; those for other places are left alone. */
  wake(messages: readonly OutgoingMessage[]): void {
    const names = new Set(messages.map(({ to }) => to.bot));
    for (const name of names) this.#links.get(name)?.bot?.wake();
  }

  /** Other commands are there now. */
  renewMenus(): void {
    for (const { bot } of this.#links.values()) bot?.renewMenu();
  }

  /** Renews a message about a run under way; one in another place is left alone. */
  edit(message: OutgoingMessage): void {
    this.#links.get(message.to.bot)?.bot?.edit(message);
  }

  /** Stops polling, sends what waits for up to `flushMs`, and disconnects. */
  async close(flushMs: number): Promise<void> {
    this.#isClosed = true;
    this.#firstPoll?.();
    // Also ends a change that waits for an answer of Telegram's.
    await Promise.all([...this.#links.values()].map((link) => link.close(flushMs)));
    await this.#changing;
    this.#links.clear();
  }

  #prepareOne(next: BotSettings): Promise<Staged> {
    const link = this.#links.get(next.name);
    return link === undefined ? this.#prepareNew(next) : link.prepare(next);
  }

  async #prepareNew(settings: BotSettings): Promise<Staged> {
    const { confirmBot } = await import('../../telegram/bot.ts');
    const username = await confirmBot(settings, this.#deps.clock);
    return onlyCommit(() => {
      this.#connect(settings);
      return [{ key: `bot ${settings.name}`, class: 'bot_reload', text: `is connected as @${username}` }];
    });
  }

  #goodbye(name: string): Staged {
    return onlyCommit(() => {
      this.#disconnect(name);
      return [{ key: `bot ${name}`, class: 'bot_reload', text: 'is disconnected' }];
    });
  }

  /** Nothing waits any more for somebody to ask. */
  #settled(): Staged {
    return onlyCommit(() => {
      this.#waiting.clear();
      this.#judge();
      return [];
    });
  }

  #putOff(names: readonly string[]): Prepared {
    const commit: Staged['commit'] = () => {
      this.#waiting.clear();
      for (const name of names) this.#waiting.add(name);
      this.#judge();
      return names.map((name) => ({
        key: `bot ${name}`,
        class: 'bot_reload',
        text: `waits for /reload bot ${name}`,
        bot: name,
      }));
    };
    return { kind: 'ready', staged: onlyCommit(commit) };
  }

  async #reloadOne(name: string, bots: BotTable): Promise<BotReload> {
    const { clock } = this.#deps;
    const startedAt = clock.monotonic();
    const done = await this.#carryOut(name, bots);
    this.#waiting.delete(name);
    this.#judge();
    return { bot: name, how: done, tookMs: Math.round(clock.monotonic() - startedAt) };
  }

  async #carryOut(name: string, bots: BotTable): Promise<BotReload['how']> {
    const link = this.#links.get(name);
    const settings = bots.get(name);
    if (settings !== undefined && link !== undefined) return link.reload(settings);
    if (settings !== undefined) {
      (await this.#prepareNew(settings)).commit();
      await this.#changing;
      return 'connected';
    }
    if (link === undefined) throw unknownBot(name, bots);
    this.#disconnect(name);
    await this.#changing;
    return 'disconnected';
  }

  #connect(settings: BotSettings): void {
    if (this.#isClosed) return;
    const link = new BotLink(settings, this.#deps, () => {
      this.#judge();
    });
    this.#links.set(settings.name, link);
    this.#after(() => link.start());
  }

  #disconnect(name: string): void {
    const link = this.#links.get(name);
    this.#links.delete(name);
    this.#awaited.delete(name);
    this.#judge();
    if (link !== undefined) this.#after(() => link.close(0));
  }

  #after(work: () => Promise<void>): void {
    this.#changing = this.#changing.then(work).catch((error: unknown) => {
      this.#deps.log.error('a bot could not be changed', { error: messageOf(error) });
    });
  }

  /** Raises and clears the conditions by how the bots are now. */
  #judge(): void {
    for (const { name, state } of this.list()) {
      if (state !== 'connecting' && state !== 'unreachable') this.#awaited.delete(name);
      if (state === 'polling') this.#deps.onPolled();
    }
    const facts = { bots: this.list(), awaited: this.#awaited, waiting: this.#waiting };
    showBots(facts, this.#deps.conditions);
  }
}

function isSame(one: BotSettings, other: BotSettings | undefined): boolean {
  return other !== undefined && one.token.reveal() === other.token.reveal() && one.apiRoot === other.apiRoot;
}

/** Where the token of a bot stands in the file. */
function tokenOf(name: string, bots: BotTable): KeyPath {
  if (name === DEFAULT_BOT) return ['transports', 'telegram', 'bot_token'];
  const others = [...bots.keys()].filter((one) => one !== DEFAULT_BOT);
  return ['telegram', 'bots', others.indexOf(name), 'token'];
}

function waitsForNothing(name: string): AppError {
  return new AppError('conflict', `bot ${name} waits for nobody any more: it is what the file says`);
}

function unknownBot(name: string, bots: BotTable): AppError {
  const known = [...bots.keys()];
  return new AppError(
    'not_found',
    known.length === 0 ? 'no bot is configured' : `there is no bot ${name}; there is ${known.join(', ')}`,
  );
}
