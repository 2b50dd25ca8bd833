/** Decides what is due next: a heap of one entry per cron, the earliest first, with stale entries dropped lazily. */
import type { TriggerId } from '../core/ids.ts';

interface Entry {
  readonly at: number;
  readonly trigger: TriggerId;
}

/** The next due moment of each trigger. Setting a trigger again replaces its moment; a stale entry costs one look. */
export class Agenda {
  #heap: Entry[] = [];
  readonly #next = new Map<TriggerId, number>();

  get size(): number {
    return this.#next.size;
  }

  /** Epoch ms of the trigger's next moment. */
  of(trigger: TriggerId): number | undefined {
    return this.#next.get(trigger);
  }

  /** Sets the trigger's next moment; undefined: it has none. */
  set(trigger: TriggerId, at: number | undefined): void {
    if (at === undefined) {
      this.#next.delete(trigger);
      return;
    }
    this.#next.set(trigger, at);
    this.#push({ at, trigger });
    if (this.#heap.length > 2 * this.#next.size + 64) this.#rebuild();
  }

  /** The earliest moment of all. */
  earliest(): number | undefined {
    for (;;) {
      const top = this.#heap[0];
      if (top === undefined || this.#next.get(top.trigger) === top.at) return top?.at;
      this.#pop();
    }
  }

  /** Takes out every trigger whose moment is at or before `now`, in order of moments. */
  takeDue(now: number): ReadonlyArray<{ readonly trigger: TriggerId; readonly at: number }> {
    const due: Entry[] = [];
    for (let at = this.earliest(); at !== undefined && at <= now; at = this.earliest()) {
      const entry = this.#pop();
      this.#next.delete(entry.trigger);
      due.push(entry);
    }
    return due;
  }

  #rebuild(): void {
    const entries = [...this.#next].map(([trigger, at]) => ({ trigger, at }));
    // A sorted array is a heap.
    this.#heap = entries.sort((a, b) => a.at - b.at);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (at(heap, parent) <= entry.at) break;
      heap[index] = heap[parent] as Entry;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): Entry {
    const heap = this.#heap;
    const top = heap[0] as Entry;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && at(heap, child + 1) < at(heap, child)) child += 1;
      if (at(heap, child) >= last.at) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function at(heap: readonly Entry[], index: number): number {
  return (heap[index] as Entry).at;
}
