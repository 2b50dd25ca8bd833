/**
 * Decides when it is told that nothing arrives at a webhook which expects deliveries, and that something does again.
 *
 * One alarm waits for the nearest deadline. A delivery only moves what is known of its webhook; whether it moved the
 * deadline too is seen when the alarm goes off.
 */
import { arrivalNotice, silenceNotice } from '../chat/render/silence.ts';
import { TryAgain } from '../core/again.ts';
import type { ChatLedger } from '../core/chat-ledger.ts';
import { profileFor } from '../core/chat-settings.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import { utcDay } from '../core/day.ts';
import type { AppEvent, Subscribe } from '../core/event.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { chatKey, noticePlaceOf } from '../core/message.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Expectation } from '../core/trigger.ts';
import type { Conditions } from '../telemetry/conditions.ts';
import type { TriggerManager } from '../triggers/manager.ts';
import { judgeSilence } from '../triggers/silence.ts';
import type { SilenceNews, SilenceVerdict } from '../triggers/silence.ts';
import type { Mutes } from './chat/mutes.ts';
import { ExpectationMemory } from './expectation-memory.ts';
import type { Expected } from './expectation-memory.ts';
import { hasArrived } from './last-delivery.ts';

/** What expecting needs. */
export interface ExpectationsDeps {
  readonly manager: Pick<TriggerManager, 'current' | 'subscribe'>;
  readonly subscribe: Subscribe;
  readonly isPaused: (trigger: TriggerId) => boolean;
  readonly ledger: Pick<ChatLedger, 'remember' | 'memories'>;
  /** Puts messages into the outbox; rejects with `unavailable`. */
  readonly tell: (messages: readonly OutgoingMessage[]) => Promise<void>;
  readonly mutes: Pick<Mutes, 'isMuted'>;
  readonly conditions: Pick<Conditions, 'raise' | 'clear'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** An alarm that goes off so much after its moment was set while the machine slept, or before its clock was put right. */
const ASLEEP_MS = 60_000;

type Judged = SilenceVerdict & { readonly trigger: TriggerId };

/** Watches the webhooks that expect deliveries, until it is closed. */
export class Expectations implements AsyncDisposable {
  readonly #deps: ExpectationsDeps;
  readonly #memory: ExpectationMemory;
  readonly #tryAgain: TryAgain;
  readonly #expected: Map<TriggerId, Expected>;
  readonly #unsubscribe: ReadonlyArray<() => void>;
  #reachableSince: number;
  #alarm: Cancel | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** Begins with what `loadExpected` found. */
  constructor(deps: ExpectationsDeps, expected: ReadonlyMap<TriggerId, Expected>) {
    this.#deps = deps;
    this.#memory = new ExpectationMemory(deps);
    this.#tryAgain = new TryAgain(deps);
    this.#expected = new Map(expected);
    this.#reachableSince = deps.clock.now();
    const { manager, subscribe } = deps;
    this.#unsubscribe = [
      subscribe((event) => {
        this.#hear(event);
      }),
      manager.subscribe((next) => {
        this.#follow(next);
      }),
    ];
    this.#follow(manager.current());
  }

  /** Tells nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#alarm?.();
    this.#tryAgain.close();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#looking;
    await this.#memory[Symbol.asyncDispose]();
  }

  #hear(event: AppEvent): void {
    if (event.kind === 'delivery') this.#arrived(event);
    if (event.kind !== 'pause') return;
    if (event.paused) this.#look();
    else this.#resumed(event.trigger);
  }

  /** A pause of the trigger, or of everything, is over: its senders get their whole time again. */
  #resumed(trigger: TriggerId | undefined): void {
    const since = this.#deps.clock.now();
    for (const [id, one] of this.#expected) {
      if (trigger === undefined || trigger === id) this.#put(id, { ...one, since });
    }
    this.#look();
  }

  #arrived({ trigger, verdict, at }: Extract<AppEvent, { readonly kind: 'delivery' }>): void {
    const one = this.#expected.get(trigger);
    if (one === undefined || !hasArrived(verdict)) return;
    const next = { ...one, lastAt: at };
    this.#expected.set(trigger, next);
    // The first of a day is kept: retention may take the others before the next one is due.
    if (utcDay(at) !== utcDay(one.lastAt ?? one.since)) this.#memory.keep(trigger, next);
    if (one.toldFrom !== undefined) this.#look();
  }

  /** What the file does not expect any more is forgotten, what it expects otherwise begins anew. */
  #follow({ webhooks }: Snapshot): void {
    for (const id of this.#expected.keys()) {
      if (webhooks.get(id)?.expect === undefined) this.#put(id, undefined);
    }
    for (const [id, { expect }] of webhooks) {
      const known = this.#expected.get(id);
      if (expect === undefined || (known && isSame(known, expect))) continue;
      const kept = known?.everyMs === expect.everyMs ? known : this.#fromNow();
      this.#put(id, { ...kept, ...expect });
    }
    this.#look();
  }

  #fromNow(): Pick<Expected, 'since' | 'lastAt' | 'toldFrom'> {
    return { since: this.#deps.clock.now(), lastAt: undefined, toldFrom: undefined };
  }

  #put(trigger: TriggerId, expected: Expected | undefined): void {
    if (expected === undefined) this.#expected.delete(trigger);
    else this.#expected.set(trigger, expected);
    this.#memory.keep(trigger, expected);
  }

  /** One look after the other: each sees what the one before told. */
  #look(): void {
    this.#looking = this.#looking.then(() => this.#lookOnce());
  }

  async #lookOnce(): Promise<void> {
    if (this.#isClosed) return;
    const judged = [...this.#expected].map(([trigger, one]) => this.#judge(trigger, one));
    this.#wait(judged);
    this.#show(judged);
    const news = judged.filter((one) => one.news !== undefined);
    if (news.length > 0) await this.#tellAll(news);
  }

  async #tellAll(judged: readonly Judged[]): Promise<void> {
    const lookAgain = (): void => {
      this.#look();
    };
    try {
      for (const { trigger, news } of judged) if (news !== undefined) await this.#tell(trigger, news);
      // Something may have arrived while its silence was told.
      lookAgain();
    } catch (error) {
      this.#tryAgain.later('cannot tell of what is expected', error, lookAgain);
    }
  }

  #judge(trigger: TriggerId, one: Expected): Judged {
    const { isPaused, clock } = this.#deps;
    const silence = { ...one, reachableSince: this.#reachableSince, isHeld: isPaused(trigger) };
    return { trigger, ...judgeSilence(silence, clock.now()) };
  }

  #wait(judged: readonly Judged[]): void {
    const { clock } = this.#deps;
    const deadlines = judged.flatMap(({ deadline, isOverdue }) => (isOverdue ? [] : (deadline ?? [])));
    const nearest = deadlines.reduce((least, one) => Math.min(least, one), Infinity);
    this.#alarm?.();
    if (nearest === Infinity) return;
    this.#alarm = clock.alarm(nearest, () => {
      if (clock.now() - nearest > ASLEEP_MS) this.#reachableSince = clock.now();
      this.#look();
    });
  }

  #show(judged: readonly Judged[]): void {
    const { conditions } = this.#deps;
    const overdue = judged.filter(({ isOverdue }) => isOverdue).map(({ trigger }) => trigger);
    if (overdue.length === 0) conditions.clear('delivery_overdue');
    else conditions.raise('delivery_overdue', overdue.join(', '));
  }

  async #tell(trigger: TriggerId, news: SilenceNews): Promise<void> {
    const { manager, tell, mutes, log } = this.#deps;
    const messages = messagesOf(manager.current(), trigger, news);
    const audible = messages.filter(({ to }) => !mutes.isMuted(trigger, chatKey(to)));
    if (audible.length > 0) await tell(audible);
    const { kind, ...facts } = news;
    if (kind === 'overdue') log.warn('nothing has arrived for too long', { trigger, ...facts });
    else log.info('a delivery arrived again', { trigger, ...facts });
    const one = this.#expected.get(trigger);
    if (one !== undefined)
      this.#put(trigger, { ...one, toldFrom: kind === 'overdue' ? news.from : undefined });
  }
}

/** What its chat is told; nothing of a webhook that has left the file meanwhile, or that no chat is told of. */
function messagesOf(
  { webhooks, chat }: Snapshot,
  trigger: TriggerId,
  news: SilenceNews,
): readonly OutgoingMessage[] {
  const { spec, expect } = webhooks.get(trigger) ?? {};
  const to = spec && noticePlaceOf(spec);
  if (to === undefined || expect === undefined) return [];
  const silence = { trigger, from: news.from, to };
  return news.kind === 'overdue'
    ? [silenceNotice(silence, expect, profileFor(chat, to.chat).zone)]
    : [arrivalNotice(silence, news.lateMs)];
}

function isSame(one: Expectation, other: Expectation): boolean {
  return one.everyMs === other.everyMs && one.graceMs === other.graceMs;
}
