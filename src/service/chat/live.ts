/** Decides how a run is shown in its chat while an agent works: one message, renewed as it gets on. */
import type { AgentProgress } from '../../actions/context.ts';
import { workingContent } from '../../chat/render/working.ts';
import { runKey } from '../../chat/keys.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Cancel, Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { latenessIn } from '../../core/late.ts';
import type { Log } from '../../core/log.ts';
import { chatKey } from '../../core/message.ts';
import type { MessageContent, OutgoingMessage } from '../../core/message.ts';
import type { ClaimedRun } from '../../core/run.ts';
import type { Mutes } from './mutes.ts';

/** The time that a message tells is renewed this often, whatever happens. */
const RENEW_MS = 5_000;

/** Where the messages go. */
export interface LiveDeps {
  readonly ledger: Pick<ChatLedger, 'post'>;
  readonly mutes: Mutes;
  /** Told of messages that are in the outbox, where they have a place in it. */
  readonly posted: (messages: readonly OutgoingMessage[]) => void;
  /** New content of a message that was posted; it may come to nothing. */
  readonly edit: (message: OutgoingMessage) => void;
  /** Takes secrets out. */
  readonly clean: (content: MessageContent) => MessageContent;
  readonly clock: Clock;
  readonly log: Log;
}

/** A run that is being shown. */
export interface LiveRun extends Disposable {
  progress(progress: AgentProgress): void;
}

const unseen: LiveRun = { progress: () => {}, [Symbol.dispose]: () => {} };

/** Begins to show a run; one without a chat, or of a trigger that is muted there unless somebody asked for it, is not shown. Dispose it at its end. */
export function showLive(run: ClaimedRun, deps: LiveDeps): LiveRun {
  const { action, chat, trigger, asked = false } = run.spec;
  if (action.kind !== 'agent_run' || chat === undefined) return unseen;
  if (!asked && deps.mutes.isMuted(trigger, chatKey(chat))) return unseen;
  return new Shown(run, { key: runKey(run.id, chat, 0), to: chat, engine: action.engine.name }, deps);
}

interface Place {
  readonly key: string;
  readonly to: OutgoingMessage['to'];
  readonly engine: string;
}

class Shown implements LiveRun {
  readonly #run: ClaimedRun;
  readonly #place: Place;
  readonly #deps: LiveDeps;
  readonly #startedAt: number;
  #progress: AgentProgress = { steps: 0, last: '', model: null };
  #shown = '';
  #timer: Cancel;
  #isOver = false;

  constructor(run: ClaimedRun, place: Place, deps: LiveDeps) {
    this.#run = run;
    this.#place = place;
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
    this.#begin();
    this.#timer = this.#renewLater();
  }

  progress(progress: AgentProgress): void {
    if (this.#isOver) return;
    this.#progress = progress;
    this.#renew();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer();
  }

  #begin(): void {
    const { ledger, posted, clock, log } = this.#deps;
    const message = this.#message();
    this.#shown = message.content.text;
    // The answer will be said without it, too.
    ledger.post([message], clock.now()).then(
      () => posted([message]),
      (error: unknown) => {
        log.warn('cannot show a run in its chat', { run: this.#run.id, error: messageOf(error) });
      },
    );
  }

  #renewLater(): Cancel {
    return this.#deps.clock.after(RENEW_MS, () => {
      this.#renew();
      this.#timer = this.#renewLater();
    });
  }

  #renew(): void {
    const message = this.#message();
    if (message.content.text === this.#shown) return;
    this.#shown = message.content.text;
    this.#deps.edit(message);
  }

  #message(): OutgoingMessage {
    const { key, to } = this.#place;
    return { key, to, kind: 'working', run: this.#run.id, content: this.#content() };
  }

  #content(): MessageContent {
    const { id, trigger, attempt, reason, spec } = this.#run;
    const { steps, last, model } = this.#progress;
    const asked = spec.action.kind === 'agent_run' ? (spec.action.model ?? null) : null;
    const content = workingContent({
      run: id,
      trigger,
      engine: this.#place.engine,
      model: model ?? asked,
      startedAt: this.#startedAt,
      now: this.#deps.clock.now(),
      steps,
      last,
      attempt,
      late: latenessIn(reason),
      ...(spec.replyTo !== undefined && { replyTo: spec.replyTo }),
    });
    return this.#deps.clean(content);
  }
}
