/** Holds the prompt of `chat` to what a person at a terminal sees: answers, what is said meanwhile, and the way out. */
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { Conversation } from '../../src/cli/chat/conversation.ts';
import { Display } from '../../src/cli/chat/display.ts';
import { talk } from '../../src/cli/chat/typed.ts';
import { connect } from '../../src/cli/client.ts';
import { Printer } from '../../src/cli/print.ts';
import { AppError } from '../../src/core/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { NEW_RUN, terminalAnswer } from './support/fake-control.ts';
import type { FakeAnswers, FakeControl } from './support/fake-control.ts';
import { served } from './support/folder.ts';

interface Seat {
  readonly fake: FakeControl;
  readonly type: (text: string) => void;
  /** Resolves when the terminal has shown it. */
  readonly sees: (pattern: RegExp) => Promise<void>;
  readonly shown: () => string;
  readonly left: Promise<number>;
}

async function sit(answers: FakeAnswers = {}): Promise<Seat> {
  const fake = await served(answers);
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let shown = '';
  const lookers = new Set<() => void>();
  output.on('data', (piece: Buffer) => {
    shown += stripVTControlCharacters(piece.toString());
    for (const look of lookers) look();
  });
  const display = new Display(new Printer({ stdout: output, stderr: output }, 'text'));
  const left = talk({
    input,
    output,
    show: (message) => {
      display.show(message);
    },
    complain: ({ message }) => void output.write(`error: ${message}\n`),
    begin: async (show) => {
      const control = connect(() => join(fake.folder, '.untether'));
      const deps = { control, clock: new FakeClock(), hearing: 'all', show, onSilent: () => {} } as const;
      return (await Conversation.begin(deps)).conversation;
    },
  });
  left.catch(() => {});
  onTestFinished(() => void input.end());
  const sees = (pattern: RegExp): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (pattern.test(shown)) resolve();
    };
    lookers.add(look);
    look();
    return promise;
  };
  return { fake, type: (text) => void input.write(text), sees, shown: () => shown, left };
}

test('a line is answered, and exit leaves', async () => {
  const { type, sees, left } = await sit();
  await sees(/> $/);
  type('/ping\r');
  await sees(/pong\n> $/);
  type('exit\r');
  expect(await left).toBe(0);
});

test('what is said meanwhile appears, and what was being typed is still there', async () => {
  const { fake, type, sees, shown } = await sit();
  await sees(/> $/);
  type('half a li');
  await sees(/half a li$/);
  fake.tell(terminalAnswer('a notice', { kind: 'notice' }));
  await sees(/a notice\n> half a li$/);
  type('ne\r');
  await sees(/pong/);
  expect(fake.asked.at(-1)).toMatchObject({ method: 'say', argument: { text: 'half a line' } });
  expect(shown()).toContain('a notice');
});

test('whoever leaves is told how much is under way', async () => {
  const { type, sees, left } = await sit({
    say: () => [terminalAnswer('waits', { key: 'run:1', kind: 'working', run: NEW_RUN })],
  });
  type('go\r');
  await sees(/waits\n> $/);
  type('\u0004');
  expect(await left).toBe(1);
});

test('a fault is complained of and ends nothing', async () => {
  const { type, sees, left } = await sit({
    say: () => {
      throw new AppError('unavailable', 'the store is away');
    },
  });
  type('go\r');
  await sees(/error: the store is away\n> $/);
  type('\u0004');
  expect(await left).toBe(0);
});

test('a service that stops ends it', async () => {
  const { left } = await sit({ deafAfter: 0 });
  await expect(left).rejects.toMatchObject({ code: 'not_running' });
});
