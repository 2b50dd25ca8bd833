/** Decides what a hook is: a program of the operator's that is told of an event and, before a run, has a say. */

/** The moments that hooks are about, in the order in which they are counted. */
export const hookEvents = ['before_run', 'after_run', 'on_failure', 'on_reload'] as const;
export type HookEvent = (typeof hookEvents)[number];

/** One hook of a file. */
export interface Hook {
  readonly event: HookEvent;
  /** How it is called in reasons and the log. */
  readonly name: string;
  readonly argv: readonly string[];
  /** Absolute folder: that of its file. */
  readonly cwd: string;
  readonly timeoutMs: number;
  /** What it means for a run when it crashes, takes too long or answers nonsense. */
  readonly onError: 'deny' | 'allow';
}

/** Where hooks are looked for. */
export interface HookPlace {
  /** Whose runs they are about; absent: every run. */
  readonly project?: string;
  /** Absolute path. */
  readonly file: string;
  /** The configuration names it, so that it has to be there. */
  readonly isNamed: boolean;
}

/** How many hooks there are by event; events without any are left out. */
export type HookCounts = Readonly<Partial<Record<HookEvent, number>>>;

/** Counts them. */
export function countHooks(hooks: readonly Hook[]): HookCounts {
  return Object.fromEntries(
    hookEvents.flatMap((event) => {
      const count = hooks.filter((hook) => hook.event === event).length;
      return count === 0 ? [] : [[event, count]];
    }),
  );
}

/** `3 (before_run 2, after_run 1)`, or `0`. */
export function hookCounts(counts: HookCounts): string {
  const all = Object.entries(counts);
  const sum = all.reduce((total, [, count]) => total + count, 0);
  return sum === 0 ? '0' : `${sum} (${all.map(([event, count]) => `${event} ${count}`).join(', ')})`;
}
