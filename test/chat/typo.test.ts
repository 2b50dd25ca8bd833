/** Holds what is said to somebody who mistyped a command, and that plain words are left alone. */
import { expect, test } from 'vitest';
import { mistypedCommand, unknownCommand } from '../../src/chat/typo.ts';

const known = ['ping', 'at', 'cancel', 'triggers', 'help'];

test.for([
  ['pign', 'there is no command /pign; did you mean /ping?'],
  ['trigers', 'there is no command /trigers; did you mean /triggers?'],
  ['deploy', 'there is no command /deploy; /help lists those there are'],
  ['', 'there is no command /; /help lists those there are'],
] as const)('an unknown command /%s is answered with the nearest, or with /help', ([name, words]) => {
  expect(unknownCommand(name, known)).toBe(words);
});

test.for([
  ['.ping', 'ping'],
  ['.PING now', 'ping'],
  ['!cancel', 'cancel'],
  ['\\ping', 'ping'],
  [',at 30m look', 'at'],
  ['.pign', 'pign'],
  ['.ping\nplease', 'ping'],
] as const)('%j is a command with the wrong sign in front', ([text, name]) => {
  expect(mistypedCommand(text, known)).toBe(name);
});

test.for([
  '',
  'ping',
  '.gitignore is missing',
  '...',
  '.5 is half',
  '. ping',
  '.ping!',
  '.ping.pong',
  'see .ping',
  '/ping',
  '.deploy',
])('%j is plain text', (text) => {
  expect(mistypedCommand(text, known)).toBeUndefined();
});
