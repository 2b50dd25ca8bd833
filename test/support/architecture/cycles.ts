/** Decides whether files depend on each other in a circle, type-only imports included. */
import type { Import } from './imports.ts';
import { targetOf } from './tree.ts';

/** One circle for every file that closes one, written as the path that leads around it. */
export function cycles(imports: readonly Import[]): readonly string[] {
  const edges = Map.groupBy(imports, (one) => one.from);
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const edge of edges.get(file) ?? []) {
      const target = targetOf(edge);
      if (target !== undefined) walk(target, [...path, file]);
    }
    done.add(file);
  };
  for (const file of edges.keys()) walk(file, []);
  return found;
}
