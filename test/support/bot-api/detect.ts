/** Decides where a person's text holds bot commands: everywhere that Telegram makes one blue. */
import type { Entity } from './wire.ts';

const COMMAND = /(?<![\p{L}\p{N}_/<>])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu;

/** The `bot_command` entities of a text. */
export function commandsIn(text: string): readonly Entity[] {
  return text
    .matchAll(COMMAND)
    .map((match) => ({ type: 'bot_command', offset: match.index, length: match[0].length }))
    .toArray();
}
