/** Decides how much of what plugins log is kept to be looked at: the last lines of each. */
import type { PluginLogLine } from '../core/plugin.ts';

const MOST_LINES = 500;

/** The last lines of every plugin, in memory. */
export class PluginLogs {
  readonly #lines = new Map<string, PluginLogLine[]>();

  add(id: string, line: PluginLogLine): void {
    const lines = this.#lines.get(id) ?? [];
    this.#lines.set(id, lines);
    lines.push(line);
    if (lines.length > MOST_LINES) lines.shift();
  }

  /** Oldest first. */
  of(id: string): readonly PluginLogLine[] {
    return [...(this.#lines.get(id) ?? [])];
  }
}
