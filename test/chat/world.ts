/** Decides what chat commands meet in tests: a port that answers from fixed data, and a person in a chat. */
import type { Asking, ChatWorld, Said } from '../../src/chat/command.ts';
import type { Incoming } from '../../src/chat/incoming.ts';
import type { ChatSettings } from '../../src/core/chat-settings.ts';
import type { Control } from '../../src/core/control.ts';
import type { TriggerView } from '../../src/core/views.ts';
import { AppError } from '../../src/core/errors.ts';
import { splitTriggerId } from '../../src/core/ids.ts';
import { fakeControl, NOW } from '../cli/support/fake-control.ts';
import type { Asked, FakeAnswers } from '../cli/support/fake-control.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleChat } from '../support/samples.ts';

export { NOW };

export const USER = 1;
export const OPERATOR = 2;
export const ADMIN = 3;
export const STRANGER = 4;
export const CHAT = 42;

/** What is around a command; `asked` is what it asked the port for. */
export interface TestWorld {
  readonly world: ChatWorld;
  readonly clock: FakeClock;
  readonly asked: Asked[];
}

export interface WorldChange extends FakeAnswers {
  readonly settings?: Partial<ChatSettings>;
  readonly control?: Partial<ChatWorld['control']>;
}

export function chatWorld({ settings, control, ...answers }: WorldChange = {}): TestWorld {
  const fake = fakeControl(answers);
  const people = {
    users: new Set([USER, OPERATOR, ADMIN]),
    operators: new Set([OPERATOR, ADMIN]),
    admins: new Set([ADMIN]),
  };
  const clock = new FakeClock(NOW);
  const world: ChatWorld = {
    control: { ...fake.control, triggers: (filter) => named(fake.control, filter), ...control },
    settings: () => sampleChat({ ...people, ...settings }),
    engines: () => ['claude', 'echo'],
    more: () => [],
    mask: (text) => text,
    clock,
    startedAt: NOW - 3_723_000,
  };
  return { world, clock, asked: fake.asked };
}

/** A name that no trigger has is refused, as by the service. */
async function named(
  { triggers }: Control,
  filter: Parameters<Control['triggers']>[0],
): ReturnType<Control['triggers']> {
  const all = await triggers(filter);
  const fits = ({ id }: TriggerView): boolean =>
    id === filter.trigger || splitTriggerId(id).name === filter.trigger;
  const found = filter.trigger === undefined ? all : all.filter(fits);
  if (found.length === 0) throw new AppError('not_found', `no trigger ${filter.trigger ?? ''} is configured`);
  return found;
}

/** What is said in words. */
export function wordsOf(said: Said): string {
  if ('messages' in said) throw new Error('expected words, and not messages with keys of their own');
  return said.text;
}

/** A message of a user in a chat of their own. */
export function incoming(change: Partial<Incoming> = {}): Incoming {
  return {
    kind: 'message',
    id: 'update:7:1',
    at: NOW,
    from: USER,
    to: { bot: 'default', chat: CHAT },
    isGroup: false,
    messageId: 100,
    text: '',
    ...change,
  };
}

/** What a handler gets of that; `text` stands behind the command. */
export function asking(text: string, change: Partial<Asking> = {}): Asking {
  return {
    incoming: incoming({ text }),
    text,
    role: 'user',
    profile: { chat: CHAT, zone: 'UTC' },
    ...change,
  };
}
