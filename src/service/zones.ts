/** Decides what is told of a start under another version of the tz data, and that its rules are remembered. */
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { MovedFire, Publish } from '../core/event.ts';
import type { TriggerLedger } from '../core/trigger-ledger.ts';
import type { Log } from '../core/log.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { isSpent } from '../scheduler/spent.ts';
import { movedFires } from '../scheduler/zone-moves.ts';
import { ZONE_MEMORY, readZoneMemory, zoneMemoryOf } from './zone-memory.ts';
import type { ZoneMemory } from './zone-memory.ts';

/** The fires that are named; of more only the number is told. */
const MOST_NAMED = 20;

/** What comparing and remembering need. */
export interface ZonesDeps {
  readonly chat: Pick<ChatLedger, 'remember' | 'remembered'>;
  readonly triggers: Pick<TriggerLedger, 'cronStates'>;
  /** Of the tz data of this process. */
  readonly version: string;
  readonly publish: Publish;
  readonly clock: Clock;
  readonly log: Log;
}

/** The rules of the zones in use, as this start and the one before know them. A store that refuses stops nothing. */
export class Zones {
  readonly #deps: ZonesDeps;
  /** What the store holds, as far as is known. */
  #kept: string | undefined;
  /** The zones of the last snapshot, and the year. */
  #known: string | undefined;

  constructor(deps: ZonesDeps) {
    this.#deps = deps;
  }

  /** Publishes which fires the tz data moved since the last start, if they are others, and remembers these. */
  async begin(snapshot: Snapshot): Promise<void> {
    try {
      this.#kept = await this.#deps.chat.remembered(ZONE_MEMORY);
      await this.#compare(snapshot);
    } catch (error) {
      this.#deps.log.warn('cannot compare time zone data with that of the last start', {
        error: messageOf(error),
      });
    }
    await this.keep(snapshot);
  }

  /** Remembers the rules of the zones in use; writes only what changed. */
  async keep(snapshot: Snapshot): Promise<void> {
    const { chat, version, clock, log } = this.#deps;
    const known = placesOf(snapshot, clock.now());
    // Most swaps bring no zone: then the rules are not looked up again.
    if (known === this.#known) return;
    this.#known = known;
    try {
      const text = zoneMemoryOf(snapshot, version, clock.now());
      if (text === this.#kept) return;
      this.#kept = text;
      await chat.remember(ZONE_MEMORY, text);
    } catch (error) {
      this.#kept = undefined;
      this.#known = undefined;
      log.warn('cannot remember time zone data', { error: messageOf(error) });
    }
  }

  async #compare(snapshot: Snapshot): Promise<void> {
    if (this.#kept === undefined) return;
    const memory = readZoneMemory(this.#kept);
    if (memory === undefined) {
      this.#deps.log.warn('what was remembered of time zone data is damaged and is left out');
    } else if (memory.version !== this.#deps.version) {
      this.#tell(memory, await this.#movedSince(memory, snapshot));
    }
  }

  async #movedSince({ zones }: ZoneMemory, { crons }: Snapshot): Promise<readonly MovedFire[]> {
    const { triggers, clock } = this.#deps;
    const states = await triggers.cronStates();
    const armed = [...crons.values()].filter((cron) => !isSpent(cron, states.get(cron.id)));
    return movedFires(armed, zones, clock.now());
  }

  #tell({ version: before }: ZoneMemory, moved: readonly MovedFire[]): void {
    const { version, publish, clock } = this.#deps;
    publish({
      ...{ kind: 'tz-data', before, version, at: clock.now() },
      moved: moved.slice(0, MOST_NAMED),
      more: Math.max(0, moved.length - MOST_NAMED),
    });
  }
}

/** The zones that crons are in, and the year that their rules are kept for. */
function placesOf({ crons }: Snapshot, nowMs: number): string {
  const zones = new Set<string>();
  for (const { schedule } of crons.values()) zones.add(schedule.zone);
  return [new Date(nowMs).getUTCFullYear(), ...[...zones].sort()].join(' ');
}
