/** Decides who answers a command that two plugins want, or that is built in: whoever had it before. */
import type { Entry, PluginTable } from './table.ts';
import { shapeNow } from './table.ts';

/** The first plugin, in the order of ids, that wants a command it may not have; undefined: there is none. */
export function firstCollision(
  next: ReadonlyMap<string, Entry>,
  previous: PluginTable,
  reserved: ReadonlySet<string>,
): { readonly id: string; readonly reason: string } | undefined {
  const had = (id: string, name: string): boolean => {
    const before = previous.get(id);
    return before !== undefined && namesOf(before).includes(name);
  };
  const byId = [...next.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const wanted = byId.flatMap((entry) => namesOf(entry).map((name) => ({ name, id: entry.id })));
  const owners = new Map<string, string>();
  for (const { id, name } of wanted.toSorted(
    (a, b) => Number(had(b.id, b.name)) - Number(had(a.id, a.name)),
  )) {
    if (reserved.has(name)) return { id, reason: `the command /${name} is built in; rename it` };
    const owner = owners.get(name);
    if (owner !== undefined) return { id, reason: `the command /${name} is one of ${owner}; rename it` };
    owners.set(name, id);
  }
  return undefined;
}

function namesOf(entry: Entry): readonly string[] {
  return shapeNow(entry)?.commands.map(({ name }) => name) ?? [];
}
