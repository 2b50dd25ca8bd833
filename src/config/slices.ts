/** Decides how long the work on a large file may hold the event loop: for a few items, then others have their turn. */

// 64 triggers take a few milliseconds in every stage of a load.
const SLICE = 64;

/** Calls `work` for each item in order, letting requests and timers have their turn in between. */
export async function inSlices<Item>(
  items: Iterable<Item>,
  work: (item: Item, index: number) => void,
): Promise<void> {
  let index = 0;
  for (const item of items) {
    work(item, index);
    index += 1;
    if (index % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
