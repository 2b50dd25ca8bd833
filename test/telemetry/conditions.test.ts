import { beforeEach, describe, expect, it } from 'vitest';
import type { AppEvent } from '../../src/core/event.ts';
import { Conditions } from '../../src/telemetry/conditions.ts';

describe('conditions', () => {
  let now: number;
  let events: AppEvent[];
  let conditions: Conditions;

  beforeEach(() => {
    now = 1_000;
    events = [];
    conditions = new Conditions(
      (event) => void events.push(event),
      () => now,
    );
  });

  it('are told once when they are raised and once when they are cleared', () => {
    conditions.raise('listener_down', 'port 80 is taken');
    conditions.raise('listener_down', 'port 80 is taken');
    conditions.clear('listener_down');
    conditions.clear('listener_down');
    expect(events).toEqual([
      {
        ...{ kind: 'condition', code: 'listener_down', active: true, at: 1_000 },
        text: 'webhooks are not served: port 80 is taken',
      },
      { kind: 'condition', code: 'listener_down', active: false, text: 'webhooks are not served', at: 1_000 },
    ]);
  });

  it('keep the moment they began when only their words change', () => {
    conditions.raise('config_invalid', 'line 1');
    now = 2_000;
    conditions.raise('config_invalid', 'line 2');
    expect(conditions.list()).toMatchObject([{ since: 1_000, text: expect.stringMatching(/line 2$/) }]);
  });

  it('keep the service from being ready only where nothing can be taken in', () => {
    conditions.raise('config_invalid', 'x');
    conditions.raise('control_down', 'x');
    expect(conditions.blocking()).toEqual([]);
    conditions.raise('store_unavailable', 'disk full');
    expect(conditions.blocking()).toEqual(['store_unavailable']);
  });
});
