/** Holds how `/at` finds where the moment ends and the prompt begins, and which of several complaints it makes. */
import { describe, expect, test } from 'vitest';
import { at } from '../../../src/chat/commands/at.ts';
import type { Control, Taken } from '../../../src/core/control.ts';
import { AppError } from '../../../src/core/errors.ts';
import { parseWhen } from '../../../src/scheduler/when.ts';
import { NEW_RUN } from '../../cli/support/fake-control.ts';
import { asking, CHAT, chatWorld, NOW } from '../world.ts';

/** The port's own reader of moments, at the fixed time of the tests: 2026-11-22 05:00 UTC, a Sunday. */
async function when({
  text,
  zone = 'UTC',
}: {
  readonly text: string;
  readonly zone?: string;
}): Promise<number> {
  const read = await parseWhen(text, { nowMs: NOW, zone });
  if (!read.ok) throw new AppError('invalid_argument', read.message);
  if (read.atMs - NOW > 366 * 86_400_000)
    throw new AppError('invalid_argument', `${text} is farther ahead than 366d`);
  return read.atMs;
}

type Request = Parameters<Control['at']>[0];

/** What the port was asked to schedule; it refuses what it cannot read or take. */
async function scheduled(text: string): Promise<readonly Request[]> {
  const requests: Request[] = [];
  const take = async (request: Request): Promise<Taken> => {
    const dueAt = await when({
      text: request.when,
      ...(request.zone !== undefined && { zone: request.zone }),
    });
    requests.push(request);
    return { run: NEW_RUN, dueAt };
  };
  const { world } = chatWorld({ control: { when, at: take } });
  await at.handle(asking(text), world);
  return requests;
}

describe('the moment and the prompt', () => {
  test.for([
    ['30m check the build', '30m', 'check the build'],
    ['1h 30m check', '1h 30m', 'check'],
    ['in 2 hours look', 'in 2 hours', 'look'],
    ['14:30 lunch', '14:30', 'lunch'],
    ['tomorrow 9am summarise', 'tomorrow 9am', 'summarise'],
    ['tomorrow at 9:30 am summarise', 'tomorrow at 9:30 am', 'summarise'],
    ['next friday at 9am write it', 'next friday at 9am', 'write it'],
    ['2026-12-24 18:00 sing', '2026-12-24 18:00', 'sing'],
    ['90S up', '90S', 'up'],
    ['30m\nfirst\n\n  second', '30m', 'first\n\n  second'],
    ['30m -rf is a flag', '30m', '-rf is a flag'],
    ['30m list the files', '30m', 'list the files'],
  ] as const)('%j', async ([text, moment, prompt]) => {
    expect(await scheduled(text)).toMatchObject([{ when: moment, what: { kind: 'prompt', prompt } }]);
  });
});

describe('the complaint', () => {
  test.for([
    ['soon look', /^"soon" is not understood/],
    ['30 look', /^"30" has no unit/],
    ['tomorrow look', /^"tomorrow" does not say at what time/],
    ['2020-01-01 10:00 look', /2020-01-01 10:00"? is in the past$/],
    ['yesterday 9am look', /^"yesterday 9am" is in the past$/],
    ['2099-01-01 10:00 look', /^2099-01-01 10:00 is farther ahead than 366d$/],
    ['400d look', /^400d is farther ahead than 366d$/],
    ['30m', /^what is to be done 30m\? the prompt is missing\n/],
    ['', /^when, and what\?/],
    ['cancel', /^which one\?/],
    ['list the files', /^"list" is not understood/],
  ] as const)('about %j is about what was meant', async ([text, complaint]) => {
    await expect(scheduled(text)).rejects.toMatchObject({
      message: expect.stringMatching(complaint) as unknown,
    });
  });

  test('of a store that is away is not taken for a moment that cannot be read', async () => {
    const away = async (): Promise<number> => {
      throw new AppError('unavailable', 'the store is away');
    };
    const { world } = chatWorld({ control: { when: away } });
    await expect(at.handle(asking('30m look'), world)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('/at cancel', () => {
  test('that fits several wants more of the id', async () => {
    const shots = ['aaaaaaaaaaaa', 'bbbbbbbbaaaa'].map((end) => ({
      run: `0197a000-0000-7000-8000-${end}` as never,
      dueAt: NOW,
      title: 'x',
    }));
    const { world } = chatWorld({ control: { pending: async () => shots } });
    await expect(at.handle(asking('cancel aaaa'), world)).rejects.toMatchObject({
      code: 'ambiguous',
      message: 'aaaa fits 2 of them; give more of the id',
    });
  });

  test('asks for what is pending in this chat only', async () => {
    const { world, asked } = chatWorld();
    await at.handle(asking('list'), world);
    expect(asked).toEqual([{ method: 'pending', argument: { chat: `default/${CHAT}` } }]);
  });
});
