import { describe, expect, it } from 'vitest';
import type { AppEvent } from '../../src/core/event.ts';
import type { Log } from '../../src/core/log.ts';
import { silentLog } from '../../src/core/log.ts';
import { createBus } from '../../src/telemetry/bus.ts';

const event: AppEvent = { kind: 'pause', trigger: undefined, paused: true, at: 0 };

describe('the bus', () => {
  it('tells every listener in order, until it no longer listens', () => {
    const bus = createBus(silentLog);
    const heard: string[] = [];
    const leave = bus.subscribe(() => void heard.push('first'));
    bus.subscribe(() => void heard.push('second'));
    bus.publish(event);
    leave();
    bus.publish(event);
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  it('lets a listener that throws hurt neither the publisher nor the others, each time', () => {
    const logged: unknown[] = [];
    const log: Log = { ...silentLog, error: (message, fields) => void logged.push([message, fields]) };
    const bus = createBus(log);
    const heard: AppEvent[] = [];
    bus.subscribe(() => {
      throw new TypeError('a bug');
    });
    bus.subscribe((told) => void heard.push(told));
    bus.publish(event);
    bus.publish(event);
    expect(heard).toEqual([event, event]);
    expect(logged).toEqual(Array(2).fill(['a listener failed', { event: 'pause', error: 'a bug' }]));
  });
});
