/** Decides how long the state of a plugin is kept that is gone or cannot be loaded: thirty days, then it is deleted. */
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { DormantPlugin } from '../core/plugin.ts';

/** Where it is remembered of which plugins there is state; no name of a state begins like that. */
const PREFIX = 'plugin-state:';
const IN_USE = 'in use';
const KEPT_MS = 30 * 24 * 3_600_000;

type Memory = Pick<ChatLedger, 'remember' | 'remembered' | 'memories'>;

/** Remembers that there is state of a plugin; call it before the first of it is written. */
export async function noteState(ledger: Memory, id: string): Promise<void> {
  if ((await ledger.remembered(PREFIX + id)) === undefined) await ledger.remember(PREFIX + id, IN_USE);
}

/** What is known when somebody looks. */
export interface DormantLook {
  /** Whether the plugin of that id serves, or is only switched off. */
  readonly isThere: (id: string) => boolean;
  /** Epoch ms. */
  readonly now: number;
}

/** Those whose state nobody uses, in the order of ids. */
export async function dormantPlugins(
  ledger: Memory,
  { isThere, now }: DormantLook,
): Promise<readonly DormantPlugin[]> {
  const known = await ledger.memories(PREFIX);
  return [...known].flatMap(([name, value]) => {
    const id = name.slice(PREFIX.length);
    return isThere(id) ? [] : [{ id, keptUntil: sinceOf(value, now) + KEPT_MS }];
  });
}

/** Notes since when state is dormant, and deletes what was dormant for long enough; answers with whose state went. */
export async function sweepDormant(ledger: Memory, look: DormantLook): Promise<readonly string[]> {
  const { isThere, now } = look;
  const swept: string[] = [];
  for (const [name, value] of await ledger.memories(PREFIX)) {
    const id = name.slice(PREFIX.length);
    const since = sinceOf(value, now);
    const noted = isThere(id) ? IN_USE : String(since);
    if (!isThere(id) && now - since >= KEPT_MS) {
      await forget(ledger, id);
      swept.push(id);
    } else if (noted !== value) await ledger.remember(name, noted);
  }
  return swept;
}

/** A moment that is still to come was noted while the clock was wrong. */
function sinceOf(value: string, now: number): number {
  return value === IN_USE ? now : Math.min(Number(value), now);
}

/** What says that there is state goes last: a death on the way leaves nothing that nobody deletes. */
async function forget(ledger: Memory, id: string): Promise<void> {
  for (const name of (await ledger.memories(statePrefix(id))).keys()) await ledger.remember(name, undefined);
  await ledger.remember(PREFIX + id, undefined);
}

/** How the names of a plugin's values begin. No id holds a colon: those of one never begin like those of another. */
export function statePrefix(id: string): string {
  return `plugin:${id}:`;
}
