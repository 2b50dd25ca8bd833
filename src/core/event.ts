/** Decides what the program tells about itself: the events, published after the commit they speak of. */
import type { RunId, TriggerId } from './ids.ts';
import type { OutgoingMessage } from './message.ts';
import type { EndedBy, RunState } from './run.ts';
import type { Issue, ReloadClass } from './snapshot.ts';

/** Why a configuration was read again; `again`: what it lacked, such as a port, may be there by now. */
export type ReloadSource = 'start' | 'watch' | 'signal' | 'command' | 'chat' | 'again';

/** What became of a key whose value lives outside the snapshot, read back from what serves. */
export interface ReloadOutcome {
  /** Dotted, e.g. `triggers.server.port`. */
  readonly key: string;
  /** How a change of it takes effect; absent: `applied`. */
  readonly class?: ReloadClass;
  /** A sentence without its subject, e.g. `listens on http://127.0.0.1:9877`. */
  readonly text: string;
  /** The bot that stays as it is until somebody asks for it. */
  readonly bot?: string;
}

/** An included file that is not live as it is on disk. */
export interface HeldBack {
  /** Absolute path. */
  readonly file: string;
  /** What it said when it was last good goes on; false: nothing of it is there. */
  readonly keeps: boolean;
}

/** What a reload did, read back from what is live. */
export interface ReloadReport {
  /** False: the configuration on disk is not live, or not all of it. */
  readonly ok: boolean;
  /** The one before it failed, and this one does not. */
  readonly recovers: boolean;
  /** False when the file's content is what is live already. */
  readonly changed: boolean;
  readonly source: ReloadSource;
  readonly at: number;
  /** The live revision after it. */
  readonly revision: number;
  readonly hash: string;
  /** The earlier revision that this one is, in the place of the files until they change; null: it is the files. */
  readonly putBack: number | null;
  readonly added: readonly TriggerId[];
  readonly removed: readonly TriggerId[];
  readonly modified: readonly TriggerId[];
  /** What serves by other means than the snapshot and has changed with it. */
  readonly outcomes: readonly ReloadOutcome[];
  /** Where secrets stand that are others than before; never what they are. */
  readonly secrets: readonly string[];
  /** Keys that changed and wait for a restart. */
  readonly needRestart: readonly string[];
  /** Included files that were left out of it; empty where the whole of a save was refused. */
  readonly held: readonly HeldBack[];
  readonly issues: readonly Issue[];
}

/** A fire to come that other rules of its zone moved; both epoch ms, undefined: there is none by those rules. */
export interface MovedFire {
  readonly trigger: TriggerId;
  /** IANA name. */
  readonly zone: string;
  readonly was: number | undefined;
  readonly now: number | undefined;
}

export type AppEvent =
  | {
      readonly kind: 'run';
      readonly run: RunId;
      readonly trigger: TriggerId;
      readonly state: RunState;
      readonly reason: string | null;
      readonly at: number;
      readonly attempt?: number;
      readonly endedBy?: EndedBy | null;
    }
  | { readonly kind: 'reload'; readonly report: ReloadReport }
  | {
      readonly kind: 'delivery';
      readonly trigger: TriggerId;
      readonly status: number;
      readonly verdict: string;
      readonly reason: string | null;
      readonly at: number;
    }
  /** What a run says in words of its own, where no chat gets to hear it. */
  | {
      readonly kind: 'said';
      readonly run: RunId;
      readonly trigger: TriggerId;
      readonly text: string;
      readonly at: number;
    }
  /** Messages are on their way: in the outbox or, those to the terminal, only in this event. */
  | { readonly kind: 'posted'; readonly messages: readonly OutgoingMessage[] }
  | {
      readonly kind: 'pause';
      readonly trigger: TriggerId | undefined;
      readonly paused: boolean;
      readonly at: number;
    }
  /** A start with other tz data than the one before; `moved` is the first fire of crons that they moved, not of `more`. */
  | {
      readonly kind: 'tz-data';
      readonly before: string;
      readonly version: string;
      readonly moved: readonly MovedFire[];
      readonly more: number;
      readonly at: number;
    }
  | {
      readonly kind: 'condition';
      readonly code: string;
      readonly active: boolean;
      readonly text: string;
      readonly at: number;
    };

/** Publishes an event; a listener that throws is logged and hurts nobody. */
export type Publish = (event: AppEvent) => void;

/** Listens; the returned function ends it. Listeners must return at once. */
export type Subscribe = (listener: (event: AppEvent) => void) => () => void;
