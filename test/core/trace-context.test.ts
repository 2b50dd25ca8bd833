/** Holds the ids of a run's spans to the run's own id, and the header that names a span to W3C Trace Context. */
import { expect, it, test } from 'vitest';
import type { RunId } from '../../src/core/ids.ts';
import { newRunId } from '../../src/core/ids.ts';
import {
  admissionSpanOf,
  attemptSpanOf,
  readTraceparent,
  traceOf,
  traceparent,
} from '../../src/core/trace-context.ts';

const run = '01890a5d-ac96-774b-bcce-b302099a8057' as RunId;
const place = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };

it('names the trace as the run, and its spans by the random half of the id', () => {
  expect(traceOf(run)).toBe('01890a5dac96774bbcceb302099a8057');
  expect(admissionSpanOf(run)).toBe('bcceb302099a8057');
  expect(attemptSpanOf(run, 1)).toBe('bcceb302099a8058');
  expect(attemptSpanOf(run, 300)).toBe('bcceb302099a8183');
});

it('keeps the ids of attempts within 64 bits', () => {
  const last = '01890a5d-ac96-774b-bfff-ffffffffffff' as RunId;
  expect(attemptSpanOf(last, 1)).toBe('c000000000000000');
});

it('makes of every run id what OpenTelemetry takes for ids', () => {
  const id = newRunId();
  expect(traceOf(id)).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
  expect(attemptSpanOf(id, 2)).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
});

it('writes where a span is as it is read', () => {
  expect(traceparent(place, true)).toBe('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
  expect(traceparent(place, false)).toMatch(/-00$/);
  expect(readTraceparent(traceparent(place, true))).toEqual(place);
});

test.each([
  [
    'a later version, with more behind it',
    'cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what',
    place,
  ],
  ['a later version, alone', 'cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', place],
  [
    'version 0 with more behind it',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what',
    undefined,
  ],
  ['the version that there is not', 'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', undefined],
  ['upper case', '00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01', undefined],
  ['a trace of zeros', '00-00000000000000000000000000000000-00f067aa0ba902b7-01', undefined],
  ['a span of zeros', '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', undefined],
  ['anything else', 'hello', undefined],
  ['no header', undefined, undefined],
])('reads %s', (_what, header, expected) => {
  expect(readTraceparent(header)).toEqual(expected);
});
