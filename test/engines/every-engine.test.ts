/** Holds every engine to what the program relies on, whichever it is: safe commands, and readers that survive anything. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtinEngineNames } from '../../src/core/agent.ts';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { fold, emptyAccount, answerOf, failureOf } from '../../src/engines/account.ts';
import { MAX_ARGUMENT_BYTES } from '../../src/engines/argument.ts';
import type { EngineEvent } from '../../src/engines/contract.ts';
import { MAX_CARRIED } from '../../src/engines/line.ts';
import { builtinEngine } from '../../src/engines/registry.ts';
import { eventsIn, recorded, request, startOf } from './replayed.ts';

const streams = {
  claude: ['fresh', 'denied', 'error-500', 'unknown-session', 'background'],
  codex: ['fresh', 'denied', 'error-500', 'patch'],
  opencode: ['fresh', 'denied', 'error-401'],
  gemini: ['fresh', 'denied', 'error-401', 'read-only'],
  pi: ['fresh', 'tool-error', 'error-500'],
  amp: ['documented-fresh', 'documented-error'],
} as const;

/** What means something to a shell, a parser of arguments or a template, and what takes several bytes. */
const prompts = fc
  .array(
    fc.constantFrom('-', '--', '@', '/', '=', ' ', '\0', '\n', '"', "'", '$&', '{prompt}', 'é', '🌍', 'x'),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''));

const anything = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;

describe.each(builtinEngineNames)('%s', (name) => {
  const engine = builtinEngine(name);
  const lines = streams[name]
    .flatMap((stream) => recorded(`${name}/${stream}`).toString().trim().split('\n'))
    .map((line) => JSON.parse(line) as JsonObject);

  describe('a command', () => {
    const evil = '--dangerously-skip-permissions';

    test('begins with the program and the words of the operator', () => {
      const { argv } = startOf(engine, { command: ['/opt/agent', '--mine', 'x y'] });
      expect(argv.slice(0, 3)).toEqual(['/opt/agent', '--mine', 'x y']);
    });

    test('has no element that a prompt made a flag', () => {
      const ordinary = startOf(engine, { prompt: 'x' });
      const { argv, stdin } = startOf(engine, { prompt: evil });
      expect(argv.length).toBe(ordinary.argv.length);
      const isSafe = stdin === evil || argv.at(-2) === '--' || argv.at(-1) !== evil;
      expect(isSafe).toBe(true);
    });

    test('hands over any prompt: whole, as one argument or on stdin', () => {
      fc.assert(
        fc.property(prompts, (prompt) => {
          const { argv, stdin } = startOf(engine, { prompt });
          expect(stdin ?? argv.at(-1)?.endsWith(prompt)).toBe(stdin === undefined ? true : prompt);
          expect(argv.some((element) => element.includes('\0'))).toBe(false);
        }),
      );
    });

    test('hands over a prompt that is too long for an argument on stdin, whole', () => {
      const prompt = `-${'é'.repeat(MAX_ARGUMENT_BYTES)}`;
      const { argv, stdin } = startOf(engine, { prompt });
      expect(stdin).toBe(prompt);
      expect(argv.every((element) => element.length < 500)).toBe(true);
    });

    test('hands over a prompt with NUL on stdin, which no argument could hold', () => {
      expect(startOf(engine, { prompt: 'a\0b' }).stdin).toBe('a\0b');
    });

    test.each(['resume', 'model'] as const)('is refused when the %s would be a flag or nothing', (choice) => {
      for (const value of [evil, '', 'a\0b'])
        expect(engine.start(request({ [choice]: value }))).toMatchObject({ ok: false });
    });

    test('is refused when a tool would be a flag', () => {
      expect(engine.start(request({ tools: { kind: 'list', names: [evil] } }))).toMatchObject({ ok: false });
    });

    test('needs no file of its own where nothing limits it, and none outside the folder of the attempt', () => {
      expect(startOf(engine).files).toEqual({});
      const limited = engine.start(request({ tools: { kind: 'read-only' } }));
      const names = limited.ok ? Object.keys(limited.files) : [];
      expect(names.filter((file) => !/^[\w-]+\.\w+$/.test(file))).toEqual([]);
    });

    test('of a limited run differs from that of a free one, or there is none', () => {
      const limited = engine.start(request({ tools: { kind: 'read-only' } }));
      if (limited.ok) expect(limited).not.toEqual(startOf(engine));
      else expect(limited.reason).toContain(name);
    });
  });

  describe('a reader', () => {
    test('survives any object', () => {
      fc.assert(
        fc.property(fc.array(fc.dictionary(fc.string(), anything), { maxLength: 5 }), (objects) => {
          const read = engine.reader();
          for (const object of objects) expectGood(read(object));
        }),
      );
    });

    test('survives its own lines with anything in the place of any field', () => {
      fc.assert(
        fc.property(fc.array(mutated(lines), { minLength: 1, maxLength: 8 }), (objects) => {
          const read = engine.reader();
          for (const object of objects) expectGood(read(object));
        }),
        { numRuns: 300 },
      );
    });

    test('tells nothing of lines of tomorrow', () => {
      const read = engine.reader();
      expect(read({ type: 'of_tomorrow', part: { text: 'hi' }, message: { content: 'hi' } })).toEqual([]);
      expect(read({})).toEqual([]);
    });

    test('keeps the detail of a tool and a message of an error short', () => {
      const huge = JSON.stringify(lines).replaceAll(/"(echo hello|500 it is broken today)"/g, () =>
        JSON.stringify('word\n'.repeat(100_000)),
      );
      const read = engine.reader();
      for (const line of JSON.parse(huge) as readonly JsonObject[]) expectGood(read(line));
    });

    test('knows nothing of another run', () => {
      const [first = '', ...rest] = streams[name].map((stream) => recorded(`${name}/${stream}`).toString());
      const alone = eventsIn(engine, first);
      rest.forEach((stream) => eventsIn(engine, stream));
      expect(eventsIn(engine, first)).toEqual(alone);
    });
  });
});

/** What every event must be, whatever the line held; the account of it survives as well. */
function expectGood(events: readonly EngineEvent[]): void {
  const account = events.reduce(fold, emptyAccount);
  expect(
    [answerOf(account), failureOf(account)].every((text) => text === null || typeof text === 'string'),
  ).toBe(true);
  for (const event of events) {
    if (event.kind === 'tool') {
      expect(event.detail.length).toBeLessThanOrEqual(MAX_CARRIED);
      expect(event.detail).not.toMatch(/[\r\n]/);
      expect(event.name).not.toBe('');
    }
    if (event.kind === 'error') {
      expect(event.message).not.toBe('');
      expect(event.message.length).toBeLessThanOrEqual(MAX_CARRIED);
    }
    if (event.kind === 'tool_result' || event.kind === 'result')
      expect(Object.values(event)).not.toContain('');
    if (event.kind === 'text') expect(typeof event.text).toBe('string');
    if (event.kind === 'usage')
      for (const amount of [event.inputTokens, event.outputTokens, event.costUsd ?? 0])
        expect(amount).toBeGreaterThanOrEqual(0);
  }
}

/** One of the lines, with anything in the place of one value in it. */
function mutated(lines: readonly JsonObject[]): fc.Arbitrary<JsonObject> {
  return fc
    .constantFrom(...lines)
    .chain((line) =>
      fc.constantFrom(...pathsIn(line)).chain((path) => anything.map((value) => replaced(line, path, value))),
    );
}

function pathsIn(value: JsonValue): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: readonly [string, JsonValue]) => [
    [key],
    ...pathsIn(inner).map((path) => [key, ...path]),
  ]);
}

function replaced(line: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const copy = structuredClone(line) as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  const holder = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
  holder[last] = value;
  return copy as JsonObject;
}
