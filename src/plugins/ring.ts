/** Decides how much of what plugins log is kept to be looked at: the last lines of each. */
import { MAX_PLUGIN_LINES } from '../core/plugin.ts';
import type { PluginLogLine, PluginLogQuery } from '../core/plugin.ts';

/** The last lines of every plugin, in memory. */
export class PluginLogs {
  readonly #lines = new Map<string, PluginLogLine[]>();

  add(id: string, line: PluginLogLine): void {
    const lines = this.#lines.get(id) ?? [];
    this.#lines.set(id, lines);
    lines.push(line);
    if (lines.length > MAX_PLUGIN_LINES) lines.shift();
  }

  /** Oldest first; of more than are asked for the newest. */
  of({ id, limit = MAX_PLUGIN_LINES, since = 0 }: PluginLogQuery): readonly PluginLogLine[] {
    return (this.#lines.get(id) ?? []).filter(({ at }) => at >= since).slice(-limit);
  }

  /** Whether anything of it is kept. */
  has(id: string): boolean {
    return this.#lines.has(id);
  }
}
