/** Holds buttons to what fits into them and to what can be done. */
import { expect, test } from 'vitest';
import { buttonsAfter } from '../../../src/chat/render/buttons.ts';
import type { Ending } from '../../../src/chat/render/ended.ts';
import type { TriggerKind } from '../../../src/core/ids.ts';
import { triggerId } from '../../../src/core/ids.ts';
import { agentSpec, RUN } from './samples.ts';

const labels = (ending: Ending, kind: TriggerKind = 'cron', name = 'x'): string =>
  buttonsAfter(ending, { id: RUN, trigger: triggerId(kind, name), spec: agentSpec() })
    .map(({ label }) => label)
    .join(' ');

test.each<readonly [Ending, string]>([
  ['succeeded', ''],
  ['cancelled', ''],
  ['failed', 'Retry Log Mute'],
  ['over budget', 'Retry Log Mute'],
  ['interrupted', 'Retry Log'],
  ['again', 'Cancel'],
  ['interrupted again', 'Cancel'],
])('a run that ended as %s has: %s', (ending, shown) => {
  expect(labels(ending)).toBe(shown);
});

test('only what comes by itself can be muted', () => {
  expect(labels('failed', 'webhook')).toBe('Retry Log Mute');
  expect(labels('failed', 'manual')).toBe('Retry Log');
  expect(labels('failed', 'at')).toBe('Retry Log');
});

test('a button that would not hold the name of its trigger is left out', () => {
  expect(labels('failed', 'cron', 'x'.repeat(53))).toBe('Retry Log Mute');
  expect(labels('failed', 'cron', 'x'.repeat(54))).toBe('Retry Log');
  expect(labels('failed', 'cron', 'ü'.repeat(27))).toBe('Retry Log');
});

test('every command fits into a button and names its run or trigger', () => {
  const buttons = buttonsAfter('failed', { id: RUN, trigger: triggerId('cron', 'x'), spec: agentSpec() });
  expect(buttons.map(({ command }) => command)).toEqual([`/retry ${RUN}`, `/log ${RUN}`, '/mute cron:x']);
  for (const { command } of buttons) expect(Buffer.byteLength(command)).toBeLessThanOrEqual(64);
});
