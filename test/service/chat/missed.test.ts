import { describe, expect, it } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import { chatKey } from '../../../src/core/message.ts';
import type { Destination } from '../../../src/core/message.ts';
import type { FoundMissed } from '../../../src/core/missed.ts';
import { createTellMissed } from '../../../src/service/chat/missed.ts';

const NOW = Date.UTC(2026, 10, 24, 7);
const home: Destination = { bot: 'default', chat: 7 };
const found = (name: string, change: Partial<FoundMissed> = {}): FoundMissed => ({
  trigger: triggerId('cron', name),
  missed: 1,
  fate: 'open',
  firstDueAt: NOW - 3_600_000,
  lastDueAt: NOW - 3_600_000,
  to: home,
  ...change,
});
const told = (...triggers: readonly FoundMissed[]): readonly string[] =>
  createTellMissed({ mutes: { isMuted: (trigger) => trigger === 'cron:muted' }, zone: () => 'UTC' })({
    at: NOW,
    why: 'the service was down',
    triggers,
  }).map(({ to, content }) => {
    const names = content.text
      .split('\n')
      .slice(1)
      .map((line) => line.split(':')[1]);
    const topic = to.thread === undefined ? '' : `#${to.thread}`;
    return `${chatKey(to)}${topic} ${content.silent ? 'quietly ' : ''}${names.join(' ')}`;
  });

describe('the message about what was missed', () => {
  it('is one for each chat, with the triggers that it is told of', () => {
    const elsewhere = { bot: 'default', chat: 8 };
    expect(told(found('a'), found('b', { to: elsewhere }), found('c'))).toEqual([
      'default/7 a c',
      'default/8 b',
    ]);
  });

  it('goes to the topic that all of them share, else to the chat', () => {
    const topic = { ...home, thread: 3 };
    expect(told(found('a', { to: topic }), found('b', { to: topic }))).toEqual(['default/7#3 a b']);
    expect(told(found('a', { to: topic }), found('b'))).toEqual(['default/7 a b']);
  });

  it('makes a sound where something is left to decide', () => {
    expect(told(found('a', { fate: 'made-up' }))).toEqual(['default/7 quietly a']);
    expect(told(found('a', { fate: 'made-up' }), found('b'))).toEqual(['default/7 a b']);
    expect(told(found('a', { fate: 'left-out' }))).toEqual(['default/7 quietly a']);
  });

  it('is left out after a moment that a later one made good, and where nobody is told or all is muted', () => {
    const brief = { firstDueAt: NOW - 2_000, lastDueAt: NOW - 1_000 };
    expect(told(found('a', { ...brief, fate: 'made-up' }))).toEqual([]);
    expect(told(found('a', brief))).toEqual(['default/7 a']);
    const { to: _, ...nowhere } = found('a');
    expect(told(nowhere, found('muted'))).toEqual([]);
  });
});
