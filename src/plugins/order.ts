/** Decides in which order plugins are started: what others depend on first; a circle is nobody's beginning. */
import type { Candidate } from './scan.ts';

/** Those that can be started, in order, and those that cannot, with the reason. */
export interface Order {
  readonly ordered: readonly Candidate[];
  readonly refused: ReadonlyMap<string, string>;
}

/** Sorts by dependency and then by id; `out`: those that lie there, too, and are broken or disabled. */
export function startOrder(candidates: readonly Candidate[], out: ReadonlySet<string>): Order {
  const left = new Map(candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((one) => [one.id, one]));
  const known = new Set(left.keys());
  const ordered: Candidate[] = [];
  for (;;) {
    const next = [...left.values()].find(({ depends }) => !depends.some((id) => left.has(id)));
    if (next === undefined) break;
    left.delete(next.id);
    ordered.push(next);
  }
  const refused = new Map([...left.values()].map((one) => [one.id, circle(one, left)]));
  for (const { id, depends } of ordered) {
    const lacks = depends.find((one) => !known.has(one) || refused.has(one));
    if (lacks === undefined) continue;
    const isThere = known.has(lacks) || out.has(lacks);
    refused.set(id, `depends on ${lacks}, which ${isThere ? 'is broken or disabled' : 'is not there'}`);
  }
  return { ordered: ordered.filter(({ id }) => !refused.has(id)), refused };
}

/** Those that are meant and all that depend on them, by way of others too. */
export function concernedBy(
  isMeant: (id: string) => boolean,
  candidates: readonly Candidate[],
): ReadonlySet<string> {
  const concerned = new Set(candidates.map(({ id }) => id).filter(isMeant));
  for (let before = 0; before !== concerned.size;) {
    before = concerned.size;
    for (const one of candidates)
      if (one.depends.some((on) => isMeant(on) || concerned.has(on))) concerned.add(one.id);
  }
  return concerned;
}

/** How a plugin comes to depend on a circle, or on itself. */
function circle(start: Candidate, left: ReadonlyMap<string, Candidate>): string {
  const path = [start.id];
  for (let at: Candidate | undefined = start; at !== undefined;) {
    const next: string | undefined = at.depends.find((id) => left.has(id));
    if (next === undefined) break;
    path.push(next);
    if (path.indexOf(next) < path.length - 1) break;
    at = left.get(next);
  }
  return `depends on itself: ${path.join(' → ')}`;
}
