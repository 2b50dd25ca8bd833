/** Holds what templates may name to its order: nothing received shadows what the service answers. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Payload } from '../../src/core/run.ts';
import { Bench, jsonPayload } from './attempt.ts';
import type { AttemptOptions } from './attempt.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

async function rendered(message: string, payload?: Payload, options: AttemptOptions = {}): Promise<string> {
  bench.messages.length = 0;
  const all = payload === undefined ? options : { ...options, payload };
  await bench.execute({ kind: 'notify_only', message: `<${message}>`, silent: false }, all);
  return bench.messages[0]?.text.slice(1, -1) ?? 'nothing';
}

const of = (body: string, contentType: string): Payload => ({
  body: Buffer.from(body),
  contentType,
  headers: {},
});

describe('a payload', () => {
  test.each([
    ['{"a":{"b":[7]}}', 'application/json', '{{a.b.0}} {{body}}', '7 {"a":{"b":[7]}}'],
    ['[{"t":1}]', 'application/json', '{{_body.0.t}} {{_body}}', '1 [{"t":1}]'],
    ['"text"', 'application/json', '{{_body}} {{body}}', 'text "text"'],
    ['a=1&b-c=x%20y', 'application/x-www-form-urlencoded', '{{a}} {{b-c}}', '1 x y'],
    ['plain {{now}}', 'text/plain', '{{_body}} {{body}}', 'plain {{now}} plain {{now}}'],
    ['not json', 'application/json', '{{_body}}', 'not json'],
    ['', 'application/json', '{{_body}}{{body}}', ''],
    ['{"body":"own","headers":"own"}', 'application/json', '{{body}} {{headers}}', 'own own'],
  ] as const)('%j as %s', async (...[body, contentType, template, text]) => {
    expect(await rendered(template, of(body, contentType))).toBe(text);
  });

  test('has its headers', async () => {
    expect(await rendered('{{headers.x-github-event}}', jsonPayload({}, { 'x-github-event': 'push' }))).toBe(
      'push',
    );
  });

  test('is nothing where there is none', async () => {
    expect(await rendered('{{body}}{{headers}}{{_body}}{{a.b}}')).toBe('');
  });
});

describe('what the service answers', () => {
  const facts = '{{now}} {{due_at}} {{trigger_id}}';
  const answer = '2026-03-04T05:06:07.089Z 2026-03-04T05:06:07.089Z webhook:deploy';

  test('times and ids', async () => {
    expect(await rendered(facts)).toBe(answer);
    expect(await rendered('{{run_id}}')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('is not shadowed by a payload', async () => {
    const forged = {
      now: 'x',
      due_at: 'x',
      run_id: 'x',
      trigger_id: 'x',
      env: { A: 'x' },
      secrets: { S: 'x' },
      __proto__: { now: 'x' },
    };
    const options = { environment: { A: 'real' }, secrets: { S: 'hush' } };
    expect(await rendered(`${facts} {{env.A}} {{secrets.S}}`, jsonPayload(forged), options)).toBe(
      `${answer} real hush`,
    );
  });
});

test('no payload makes an action throw', async () => {
  const contentType = fc.constantFrom(
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data',
    '',
  );
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc.json().map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(body, contentType, async (bytes, type) => {
      const payload = { body: bytes, contentType: type, headers: {} };
      expect(await rendered('{{body}}{{_body.a.0}}{{a}}{{headers}}', payload)).not.toBe('nothing');
      expect(await rendered('{{now}}', payload)).toBe('2026-03-04T05:06:07.089Z');
    }),
    { numRuns: 150 },
  );
});
