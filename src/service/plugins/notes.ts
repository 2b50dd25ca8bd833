/** Decides where what a plugin says goes: masked, among its own last lines and into the log of the service. */
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { PluginLogLine, PluginLogQuery } from '../../core/plugin.ts';
import type { Mask } from '../../core/secret.ts';
import type { LogLevel } from '../../plugins/protocol.ts';
import { PluginLogs } from '../../plugins/ring.ts';

/** What keeping them needs. */
export interface NotesDeps {
  readonly mask: Mask;
  readonly clock: Clock;
  readonly log: Log;
}

/** What plugins said, and what was said of them. */
export class Notes {
  readonly #deps: NotesDeps;
  readonly #logs = new PluginLogs();

  constructor(deps: NotesDeps) {
    this.#deps = deps;
  }

  add(id: string, level: LogLevel, written: string): void {
    const { clock, log, mask } = this.#deps;
    const text = mask(written);
    this.#logs.add(id, { at: clock.now(), level, text });
    log[level]('a plugin says', { plugin: id, text });
  }

  /** Whether anything of it is kept. */
  has(id: string): boolean {
    return this.#logs.has(id);
  }

  /** Oldest first. */
  of(query: PluginLogQuery): readonly PluginLogLine[] {
    return this.#logs.of(query);
  }
}
