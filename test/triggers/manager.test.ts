import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/core/snapshot.ts';
import { TriggerManager } from '../../src/triggers/manager.ts';

const snapshot = (revision: number): Snapshot => ({ revision }) as Snapshot;

describe('TriggerManager', () => {
  it('answers with the snapshot it was made with until another is swapped in', () => {
    const manager = new TriggerManager(snapshot(1));
    expect(manager.current().revision).toBe(1);
    manager.swap(snapshot(2));
    expect(manager.current().revision).toBe(2);
  });

  it('tells listeners the new and the old snapshot, after the swap', () => {
    const manager = new TriggerManager(snapshot(1));
    const seen: number[][] = [];
    manager.subscribe((next, previous) =>
      seen.push([next.revision, previous.revision, manager.current().revision]),
    );
    manager.swap(snapshot(2));
    expect(seen).toEqual([[2, 1, 2]]);
  });

  it('tells the other listeners when one throws, and reports what was thrown', () => {
    const faults: unknown[] = [];
    const manager = new TriggerManager(snapshot(1), (error) => faults.push(error));
    let told = 0;
    const fault = new TypeError('listener broke');
    manager.subscribe(() => {
      throw fault;
    });
    manager.subscribe(() => told++);
    manager.swap(snapshot(2));
    expect({ told, faults, live: manager.current().revision }).toEqual({ told: 1, faults: [fault], live: 2 });
  });

  it('no longer tells a listener that left, even one that another listener sent away', () => {
    const manager = new TriggerManager(snapshot(1));
    let told = 0;
    manager.subscribe(() => leave());
    const leave = manager.subscribe(() => told++);
    manager.swap(snapshot(2));
    manager.swap(snapshot(3));
    expect(told).toBe(0);
  });
});
