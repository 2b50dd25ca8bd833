/** Holds the terminal's chat to what is said there, in order, for whoever listens. */
import { expect, test } from 'vitest';
import { newRunId } from '../../../src/core/ids.ts';
import type { TerminalMessage } from '../../../src/core/views.ts';
import { TERMINAL, TerminalHub, terminalMessage } from '../../../src/service/chat/terminal.ts';
import { sampleMessage } from './samples.ts';

const run = newRunId();
const said = (key: string) => sampleMessage({ key, to: TERMINAL });

/** What is heard until so many messages have come. */
async function hears(hub: TerminalHub, count: number): Promise<readonly TerminalMessage[]> {
  const ear = new AbortController();
  const heard: TerminalMessage[] = [];
  for await (const message of hub.listen(ear.signal)) {
    heard.push(message);
    if (heard.length === count) ear.abort();
  }
  return heard;
}

test('a message is shown with its buttons in one row, its run, and its file as words', () => {
  const content = {
    text: 'the log',
    silent: false,
    buttons: [[{ label: 'a', command: '/a' }], [{ label: 'b', command: '/b' }]],
    document: { name: 'x.log', text: 'line' },
  };
  expect(terminalMessage({ ...said('k'), kind: 'final', run, content })).toMatchObject({
    key: 'k',
    kind: 'final',
    run,
    text: 'the log\nline',
    buttons: [
      { label: 'a', command: '/a' },
      { label: 'b', command: '/b' },
    ],
  });
  const bare = { text: '', silent: false, document: { name: 'x.log', text: 'line' } };
  expect(terminalMessage({ ...said('k'), content: bare })).toMatchObject({
    text: 'line',
    run: null,
    buttons: [],
  });
});

test('everybody who listens hears what is for the terminal, in order, and nothing else', async () => {
  const hub = new TerminalHub();
  const heard = [hears(hub, 2), hears(hub, 2)];
  hub.post([said('a'), sampleMessage({ key: 'elsewhere' })]);
  hub.post([said('b')]);
  for (const one of await Promise.all(heard)) expect(one.map(({ key }) => key)).toEqual(['a', 'b']);
});

test('who begins to listen hears nothing of before', async () => {
  const hub = new TerminalHub();
  hub.post([said('before')]);
  const heard = hears(hub, 1);
  hub.post([said('after')]);
  expect(await heard).toMatchObject([{ key: 'after' }]);
});

test('who reads too slowly loses the oldest, and nobody waits for them', async () => {
  const hub = new TerminalHub();
  const ear = new AbortController();
  const listener = hub.listen(ear.signal);
  const first = listener.next();
  hub.post([said('0')]);
  expect((await first).value).toMatchObject({ key: '0' });
  for (let n = 1; n <= 1_001; n += 1) hub.post([said(`${n}`)]);
  expect((await listener.next()).value).toMatchObject({ key: '2' });
  ear.abort();
});

test('listening ends at once when it is given up', async () => {
  const hub = new TerminalHub();
  const ear = new AbortController();
  const next = hub.listen(ear.signal).next();
  ear.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});
