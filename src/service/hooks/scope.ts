/** Decides which hooks of a place are in force: those of its file as it is, else as it last was good. */
import type { Hook, HookPlace } from '../../core/hook.ts';
import type { Issue } from '../../core/snapshot.ts';
import type { HooksFile } from '../../config/hooks-file.ts';

/** A place and what is in force of it. */
export interface Scope {
  readonly place: HookPlace;
  /** Absolute path of the file that the hooks stand in; undefined: there is none. */
  readonly file: string | undefined;
  /** Undefined: the file never loaded in this life, so that nobody knows what it would say. */
  readonly hooks: readonly Hook[] | undefined;
  /** Somebody agreed that the file is gone. */
  readonly isEmptied: boolean;
  /** It had hooks in a life before this one, so that a file which is gone is missed although nobody names it. */
  readonly isMissed: boolean;
  readonly issues: readonly Issue[];
}

/** A place that nobody has looked at yet. */
export function unread(place: HookPlace): Scope {
  return { place, file: undefined, hooks: undefined, isEmptied: false, isMissed: false, issues: [] };
}

/** The scope after another look; `isEmptying`: somebody agrees that a file which is gone has no hooks any more. */
export function lookedAt(scope: Scope, read: HooksFile, isEmptying: boolean): Scope {
  const { place } = scope;
  const { file } = place;
  if (read.kind === 'good') return { ...unread(place), file, hooks: read.hooks, issues: read.issues };
  if (read.kind === 'bad') return { ...scope, issues: read.issues };
  const hasKnown = scope.file !== undefined && scope.hooks !== undefined;
  if (isEmptying || scope.isEmptied || (!place.isNamed && !scope.isMissed && !hasKnown))
    return { ...unread(place), hooks: [], isEmptied: isEmptying || scope.isEmptied };
  if (!hasKnown) return { ...scope, issues: [gone(file, 'error', place.isNamed ? NAMED : MISSED)] };
  return { ...scope, issues: [gone(file, 'warning', KEPT)] };
}

const AGREE = 'if it is meant to be gone: `untether reload hooks --empty`';
const KEPT = `the file is gone; the hooks that it had stay in force; ${AGREE}`;
const MISSED = `the file is gone, and it had hooks when the service last ran; ${AGREE}`;
const NAMED = `the file does not exist, and the configuration names it: write it, or leave the key out; ${AGREE}`;

function gone(file: string, severity: Issue['severity'], message: string): Issue {
  return { file, line: 1, column: 1, path: '', message, severity };
}
