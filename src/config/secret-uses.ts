/** Decides where in a file secrets stand. */
import { keyUses } from './certificate.ts';
import type { Frame } from './check.ts';
import type { Draft } from './compile-triggers.ts';
import { secretValues } from './conceal.ts';
import type { TriggerList } from './sections.ts';
import type { SecretUse } from './secrets.ts';

/** Those of a list of triggers. */
export function listUses(list: TriggerList, drafts: readonly Draft[]): readonly SecretUse[] {
  return drafts.flatMap(({ uses }, index) =>
    uses.map(({ path, source }) => ({ path: ['triggers', list, index, ...path], source })),
  );
}

/** Those of everything else. */
export function frameUses(frame: Frame): readonly SecretUse[] {
  const { secrets, engines, transports, telegram } = frame;
  const token = transports?.telegram?.bot_token;
  return [
    ...(token === undefined ? [] : [{ path: ['transports', 'telegram', 'bot_token'], source: token }]),
    ...(telegram?.bots ?? []).map((bot, index) => ({
      path: ['telegram', 'bots', index, 'token'],
      source: bot.token,
    })),
    ...Object.entries(secrets ?? {}).map(([name, source]) => ({ path: ['secrets', name], source })),
    ...Object.entries(engines ?? {}).flatMap(([name, engine]) =>
      secretValues(['engines', name, 'env'], engine.env),
    ),
    ...keyUses(frame),
    ...secretValues(['telemetry', 'headers'], frame.telemetry?.headers),
  ];
}
