/** Decides what is said of bots that do not work: one condition for each trouble, naming the bots that have it. */
import type { BotStatus } from '../../core/views.ts';
import type { ConditionCode, Conditions } from '../../telemetry/conditions.ts';

/** How the bots are. */
export interface BotFacts {
  readonly bots: readonly BotStatus[];
  /** Those that the start of the service waits for. */
  readonly awaited: ReadonlySet<string>;
  /** Those whose settings in the file wait until somebody asks for them. */
  readonly waiting: ReadonlySet<string>;
}

const codeOf = {
  auth_failed: 'bot_auth_failed',
  conflict: 'bot_conflict',
  unreachable: 'bot_unreachable',
} as const satisfies Record<string, ConditionCode>;

/** Raises what is true of some bot, clears what is true of none. */
export function showBots({ bots, awaited, waiting }: BotFacts, conditions: Conditions): void {
  const show = (code: ConditionCode, details: readonly string[]): void => {
    if (details.length === 0) conditions.clear(code);
    else conditions.raise(code, details.join('; '));
  };
  show('bot_connecting', [...awaited]);
  show(
    'bot_unchanged',
    [...waiting].map((name) => `/reload bot ${name}`),
  );
  for (const [state, code] of Object.entries(codeOf)) {
    const such = bots.filter((bot) => bot.state === state);
    show(
      code,
      such.map(({ name, detail }) => (bots.length === 1 ? detail : `${name}: ${detail}`)),
    );
  }
}
