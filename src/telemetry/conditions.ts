/** Decides what may be wrong with the service: declared conditions, each raised and cleared once. */
import type { RaisedCondition } from '../core/views.ts';
import type { Publish } from '../core/event.ts';

/** What is known of a condition beforehand. */
interface Condition {
  readonly severity: RaisedCondition['severity'];
  /** The service counts as not ready while it lasts. */
  readonly blocksReady: boolean;
  /** The default chat hears of it. What is wrong with the way there cannot be said on it; of a bad file the report says more, of an overdue delivery its notice. */
  readonly toldInChat: boolean;
  readonly text: string;
}

/** Every condition. */
export const conditionTable = {
  listener_down: { severity: 'error', blocksReady: true, toldInChat: true, text: 'webhooks are not served' },
  open_webhook_refused: {
    severity: 'error',
    blocksReady: false,
    toldInChat: true,
    text: 'webhooks without auth are not served on this address',
  },
  certificate_expiring: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: true,
    text: 'the certificate of the webhook listener is to be renewed before it expires',
  },
  certificate_expired: {
    severity: 'error',
    blocksReady: false,
    toldInChat: true,
    text: 'the certificate of the webhook listener has expired: senders refuse it until it is renewed',
  },
  config_invalid: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: false,
    text: 'the configuration on disk does not load; the last good one is live',
  },
  include_invalid: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: false,
    text: 'an included file does not load; what it last said goes on, if it ever loaded',
  },
  hooks_invalid: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: true,
    text: 'a file of hooks is not in force as it is on disk',
  },
  rolled_back: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: false,
    text: 'an earlier configuration is live in the place of the file',
  },
  store_unavailable: {
    severity: 'error',
    blocksReady: true,
    toldInChat: true,
    text: 'the store refuses writes',
  },
  catch_up_stopped: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: false,
    text: 'missed moments are not made up',
  },
  bot_connecting: {
    severity: 'warning',
    blocksReady: true,
    toldInChat: false,
    text: 'Telegram has not answered yet',
  },
  bot_auth_failed: {
    severity: 'error',
    blocksReady: false,
    toldInChat: false,
    text: 'Telegram refuses the token of the bot; messages wait',
  },
  bot_conflict: {
    severity: 'error',
    blocksReady: false,
    toldInChat: false,
    text: 'another program takes the messages of the bot',
  },
  bot_unreachable: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: false,
    text: 'Telegram cannot be reached; messages wait',
  },
  bot_unchanged: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: false,
    text: 'bots are not what the saved file says, until somebody asks for it',
  },
  delivery_overdue: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: false,
    text: 'nothing has arrived for too long at webhooks that expect deliveries',
  },
  report_undelivered: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: true,
    text: 'reports about runs did not arrive and are given up',
  },
  plugin_failed: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: true,
    text: 'plugins could not be loaded; last good versions go on, where there are any',
  },
  plugin_missing: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: true,
    text: 'triggers are inactive as they need a plugin that is not there',
  },
  plugin_watch_paused: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: true,
    text: 'a plugin is not watched any more',
  },
  telemetry_unreachable: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: true,
    text: 'the collector takes no spans; they are lost',
  },
  control_down: {
    severity: 'warning',
    blocksReady: false,
    toldInChat: true,
    text: 'the control socket cannot be opened',
  },
} as const satisfies Record<string, Condition>;

/** The code of a declared condition. */
export type ConditionCode = keyof typeof conditionTable;

/** Whether the default chat hears of the condition of this code. */
export function isToldInChat(code: string): boolean {
  const table: Readonly<Record<string, Condition>> = conditionTable;
  return table[code]?.toldInChat ?? true;
}

/** What is raised now. */
export class Conditions {
  readonly #raised = new Map<ConditionCode, RaisedCondition>();
  readonly #publish: Publish;
  readonly #now: () => number;

  constructor(publish: Publish, now: () => number) {
    this.#publish = publish;
    this.#now = now;
  }

  /** Raises a condition with what is special about this time; raising it again only renews the words. */
  raise(code: ConditionCode, detail: string): void {
    const { severity, text } = conditionTable[code];
    const since = this.#raised.get(code)?.since;
    const condition = { code, severity, text: `${text}: ${detail}`, since: since ?? this.#now() };
    this.#raised.set(code, condition);
    if (since === undefined) this.#tell(code, condition.text);
  }

  clear(code: ConditionCode): void {
    if (this.#raised.delete(code)) this.#tell(code, conditionTable[code].text);
  }

  list(): readonly RaisedCondition[] {
    return [...this.#raised.values()];
  }

  /** The codes that keep the service from being ready. */
  blocking(): readonly ConditionCode[] {
    return [...this.#raised.keys()].filter((code) => conditionTable[code].blocksReady);
  }

  #tell(code: ConditionCode, text: string): void {
    this.#publish({ kind: 'condition', code, active: this.#raised.has(code), text, at: this.#now() });
  }
}
