/** Decides how the service talks: what comes from chats goes to the control port, what runs say goes to its places. */
import { createRespond } from '../../chat/respond.ts';
import { spokenIncoming } from '../../chat/spoken.ts';
import type { ChatCommand, ChatWorld } from '../../chat/command.ts';
import type { Announced, Incoming, Respond } from '../../chat/incoming.ts';
import type { Stage } from '../../config/stage.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Clock } from '../../core/clock.ts';
import type { Control } from '../../core/control.ts';
import type { TerminalMessage } from '../../core/views.ts';
import { messageOf } from '../../core/errors.ts';
import type { AppEvent } from '../../core/event.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import type { Log } from '../../core/log.ts';
import type { OutgoingMessage, SendOutcome, StoredMessage } from '../../core/message.ts';
import type { ClaimedRun } from '../../core/run.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Conditions } from '../../telemetry/conditions.ts';
import { Bots } from './bots.ts';
import type { FollowUps } from './follow-ups.ts';
import type { LiveRun } from './live.ts';
import { showLive } from './live.ts';
import type { Mutes } from './mutes.ts';
import { noticesOf } from './notices.ts';
import { passedOn } from './passed-on.ts';
import { endAnnouncements, recordAnnouncement } from './announcements.ts';
import type { AnnouncementDeps } from './announcements.ts';
import { redacted, redactedContent } from './redacted.ts';
import type { Mask } from '../../core/secret.ts';
import { TERMINAL, terminalMessage, TerminalHub } from './terminal.ts';
import { endByItself, leftUnended, unlessEnded } from './unbegun.ts';

/** What talking needs. */
export interface ChatDeps {
  readonly ledger: ChatLedger;
  readonly runs: Pick<RunLedger, 'get' | 'spec' | 'list'>;
  /** The port that people are answered by; asked for when somebody has said something. */
  readonly control: () => Control;
  readonly mutes: Mutes;
  readonly followUps: FollowUps;
  /** Takes the secrets out of a text. */
  readonly mask: Mask;
  readonly current: () => Snapshot;
  /** Commands that are not built in. */
  readonly more: () => readonly ChatCommand[];
  readonly nextOf: (trigger: TriggerId) => number | undefined;
  /** Told what became of each message, besides. */
  readonly sent: (row: StoredMessage, outcome: SendOutcome) => void;
  readonly conditions: Conditions;
  readonly clock: Clock;
  readonly log: Log;
  readonly startedAt: number;
}

/** The chats of a service: the bots that are configured, and the terminal. */
export class Chat {
  readonly #deps: ChatDeps;
  readonly #hub = new TerminalHub();
  readonly #bots: Bots;
  readonly #respond: (incoming: Incoming) => Promise<Announced>;
  readonly #announcements: AnnouncementDeps;
  readonly #polled = Promise.withResolvers<void>();

  constructor(deps: ChatDeps) {
    this.#deps = deps;
    const { ledger, conditions, more, clock, log } = deps;
    this.#respond = createRespond(worldOf(deps), log);
    this.#announcements = { ledger, tell: (messages) => this.tell(messages), log };
    this.#bots = new Bots({
      ...{ ledger, conditions, more, clock, log },
      respond: (incoming) => this.#answer(incoming),
      onSettled: (row, outcome) => {
        this.#follow(row, outcome);
        deps.sent(row, outcome);
      },
      onPolled: this.#polled.resolve,
    });
  }

  /** Resolves once Telegram has answered a poll. */
  get polled(): Promise<void> {
    return this.#polled.promise;
  }

  /** Connects what the configuration of the start names; resolves at once, whatever the network does. */
  begin(): Promise<void> {
    return this.#bots.begin(this.#deps.current().chat.bots);
  }

  /** Other commands are there now. */
  renewMenus(): void {
    this.#bots.renewMenus();
  }

  /** What follows the bots of a save. */
  get stage(): Stage {
    return this.#bots;
  }

  /** See `Control.reloadBots`. */
  reloadBots(which: Parameters<Control['reloadBots']>[0]): ReturnType<Control['reloadBots']> {
    return this.#bots.reload(which, () => this.#deps.current().chat.bots);
  }

  /** Tells what an earlier life could not tell any more. Rejects with `unavailable`. */
  async catchUp(): Promise<void> {
    const { runs, ledger, current } = this.#deps;
    this.post(await leftUnended({ runs, chat: ledger }));
    await endAnnouncements(
      `♻️ the service began anew meanwhile: revision ${current().revision} is live`,
      this.#announcements,
    );
  }

  /** Hears of everything that happens in the service. */
  hear(event: AppEvent): void {
    if (event.kind === 'posted') this.#posted(event.messages);
    if (event.kind === 'run') this.#end(event);
    const { current, nextOf } = this.#deps;
    const { chat, defaults } = current();
    this.post(noticesOf(event, { settings: chat, nextOf, zone: defaults.zone }));
  }

  /** Puts messages into the outbox; what the store does not take is left out, and logged. */
  post(written: readonly OutgoingMessage[]): void {
    if (written.length === 0) return;
    const { log } = this.#deps;
    this.tell(written).catch((error: unknown) => {
      log.error('cannot keep messages to chats', { messages: written.length, error: messageOf(error) });
    });
  }

  /** Puts messages into the outbox. Rejects with `unavailable`, for those who try again. */
  async tell(written: readonly OutgoingMessage[]): Promise<void> {
    const { ledger, mask, clock } = this.#deps;
    const messages = redacted(written, mask);
    await ledger.post(messages, clock.now());
    this.#posted(messages);
  }

  /** Begins to show a run in its chat. */
  show(run: ClaimedRun): LiveRun {
    const { ledger, mutes, mask, clock, log } = this.#deps;
    return showLive(run, {
      ...{ ledger, mutes, clock, log },
      clean: (content) => redactedContent(content, mask),
      posted: (messages) => {
        this.#posted(messages);
      },
      edit: (message) => {
        this.#hub.post([message]);
        this.#bots.edit(message);
      },
    });
  }

  /** See `Control.say`. */
  async say({ text, request }: Parameters<Control['say']>[0]): Promise<readonly TerminalMessage[]> {
    const about = { id: `terminal:${request}`, at: this.#deps.clock.now(), to: TERMINAL };
    const { messages, later } = await this.#masked(spokenIncoming(text, about));
    return ((await later) ?? messages).map(terminalMessage);
  }

  /** See `Control.hear`. */
  listen(signal: AbortSignal): AsyncIterable<TerminalMessage> {
    return this.#hub.listen(signal);
  }

  /** The bots and how they are. */
  bots(): ReturnType<Bots['list']> {
    return this.#bots.list();
  }

  /** Takes nothing more in, sends what waits for up to `flushMs`, and disconnects. */
  close(flushMs: number): Promise<void> {
    return this.#bots.close(flushMs);
  }

  readonly #answer: Respond = async (incoming) =>
    recordAnnouncement(await this.#masked(incoming), this.#announcements);

  async #masked(incoming: Incoming): Promise<Announced> {
    const reply = await this.#respond(incoming);
    const messages = await Promise.all(reply.messages.map((message) => unlessEnded(message, this.#deps)));
    return { ...reply, messages: redacted(messages, this.#deps.mask) };
  }

  #posted(messages: readonly OutgoingMessage[]): void {
    this.#hub.post(messages);
    this.#bots.wake(messages);
  }

  #end(event: Extract<AppEvent, { readonly kind: 'run' }>): void {
    const { runs, ledger, log } = this.#deps;
    endByItself(event, { runs, chat: ledger }).then(
      (messages) => {
        this.post(messages);
      },
      (error: unknown) => {
        log.warn('cannot show the end of a run in its chat', { run: event.run, error: messageOf(error) });
      },
    );
  }

  #follow(row: StoredMessage, outcome: SendOutcome): void {
    const { followUps, current, log } = this.#deps;
    if (outcome.kind === 'failed' || outcome.kind === 'unknown')
      log.warn('a message was not delivered', {
        chat: row.to.chat,
        run: row.run,
        outcome: outcome.kind,
        reason: outcome.reason,
      });
    if (outcome.kind === 'failed') this.post(passedOn(row, current().chat));
    followUps.after(row, outcome, current().chat).then(
      (message) => {
        if (message !== undefined) this.post([message]);
      },
      (error: unknown) => {
        log.warn('cannot tell of a message that was not delivered', { error: messageOf(error) });
      },
    );
  }
}

function worldOf({ control, current, more, mask, clock, startedAt }: ChatDeps): ChatWorld {
  return {
    get control() {
      return control();
    },
    ...{ more, mask, clock, startedAt },
    settings: () => current().chat,
    engines: () => [...current().engines.keys()],
  };
}
