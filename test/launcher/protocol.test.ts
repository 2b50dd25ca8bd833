/** Promises about the words between client and helper. */
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply, difference } from '../../src/launcher/delta.ts';
import { createBatch, createReader } from '../../src/launcher/protocol.ts';
import type { Command } from '../../src/launcher/protocol.ts';

const environment = fc.dictionary(fc.string({ minLength: 1 }), fc.string());

test('what goes in comes out, whatever is in it and wherever it is cut', () => {
  const commands = fc.array(environment.map((env): Command => ({ kind: 'base', env: { ...env } })));
  fc.assert(
    fc.property(commands, fc.integer({ min: 1, max: 40 }), (sent, size) => {
      const text = sent.map((command) => `${JSON.stringify(command)}\n`).join('');
      const received: Command[] = [];
      const read = createReader<Command>((command) => received.push(command));
      for (let at = 0; at < text.length; at += size) read(text.slice(at, at + size));
      expect(JSON.stringify(received)).toBe(JSON.stringify(sent));
    }),
  );
});

test('messages of one turn of the event loop are one write', async () => {
  const writes: string[] = [];
  const send = createBatch<Command>((text) => writes.push(text));
  for (const n of [1, 2, 3]) send({ kind: 'ping', n });
  expect(writes).toEqual([]);
  await turn();
  send({ kind: 'ping', n: 4 });
  await turn();
  expect(writes.map((text) => text.split('\n').length - 1)).toEqual([3, 1]);
});

test('an environment is what its base and its difference make of it', () => {
  fc.assert(
    fc.property(environment, environment, (base, env) => {
      const told = JSON.parse(JSON.stringify(difference(base, env))) as ReturnType<typeof difference>;
      expect(Object.entries(apply(base, told)).sort()).toEqual(Object.entries(env).sort());
    }),
  );
});

test('only what differs is told', () => {
  const base = { PATH: '/bin', HOME: '/root', RUN: '1' };
  expect({ ...difference(base, { PATH: '/bin', RUN: '2' }) }).toEqual({ set: { RUN: '2' }, unset: ['HOME'] });
});
