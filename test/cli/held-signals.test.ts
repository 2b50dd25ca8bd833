/** Holds the service to losing no signal, however early it comes. */
import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { startsService as bySmallestProgram } from '../../bin/runtime-check.mjs';
import { holdSignals, startsService } from '../../src/cli/held-signals.ts';

describe('signals', () => {
  test('that came before anybody listened are delivered in order, later ones at once', () => {
    const source = new EventEmitter();
    const held = holdSignals(source);
    source.emit('SIGHUP');
    source.emit('SIGTERM');
    const received: string[] = [];
    held.deliverTo((signal) => received.push(signal));
    expect(received).toEqual(['SIGHUP', 'SIGTERM']);
    source.emit('SIGINT');
    expect(received).toEqual(['SIGHUP', 'SIGTERM', 'SIGINT']);
  });

  test('go to the last who asked for them, each once', () => {
    const source = new EventEmitter();
    const held = holdSignals(source);
    const first: string[] = [];
    const second: string[] = [];
    held.deliverTo((signal) => first.push(signal));
    source.emit('SIGHUP');
    held.deliverTo((signal) => second.push(signal));
    source.emit('SIGTERM');
    expect([first, second]).toEqual([['SIGHUP'], ['SIGTERM']]);
  });

  test('that stop are given back to the system at the end, and no others', () => {
    const source = new EventEmitter();
    holdSignals(source).letGo();
    const held = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGINT'].filter((signal) =>
      source.emit(signal),
    );
    expect(held).toEqual(['SIGHUP', 'SIGUSR1', 'SIGUSR2']);
  });

  test('USR1, which would open Node’s inspector, is taken over and means nothing', () => {
    const source = new EventEmitter();
    const received: string[] = [];
    holdSignals(source).deliverTo((signal) => received.push(signal));
    expect(source.emit('SIGUSR1')).toBe(true);
    expect(received).toEqual([]);
  });
});

describe('only the service holds its signals', () => {
  test.each([
    [['run']],
    [['run', '--config', 'x']],
    [['--config', 'x', 'run']],
    [['--json', '--state=x', 'run']],
  ])('%j is the service', (words) => {
    expect([startsService(words), bySmallestProgram(words)]).toEqual([true, true]);
  });

  test.each([
    [[]],
    [['fire', 'run']],
    [['--config', 'run', 'status']],
    [['logs', '-f', 'run']],
    [['--help']],
  ])('%j is not', (words) => {
    expect([startsService(words), bySmallestProgram(words)]).toEqual([false, false]);
  });
});
