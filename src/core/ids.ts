/** Decides what an identifier is: every branded id is minted or checked here and nowhere else. */
import { v7, validate, version } from 'uuid';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A run (and the occurrence it began as): UUIDv7 (RFC 9562), so ids sort by the moment of admission. */
export type RunId = Branded<'RunId'>;

/** `cron:<id>`, `webhook:<id>`, `at:<id>` or `manual:<what>`: one name space per kind, so equal ids never share state. */
export type TriggerId = Branded<'TriggerId'>;

/** One life of the service process; rows that it runs carry it as their lease's owner. */
export type BootId = Branded<'BootId'>;

/** The kinds of trigger, in the order views list them. */
export const triggerKinds = ['cron', 'webhook', 'at', 'manual'] as const;
export type TriggerKind = (typeof triggerKinds)[number];

/** Mints a run id; two minted in one process always sort in the order of minting, whatever the clock does. */
export function newRunId(): RunId {
  return v7() as RunId;
}

/** The least id of a run that is minted at or after a moment, epoch ms: what was admitted before sorts before it. */
export function runIdAt(atMs: number): RunId {
  const hex = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000` as RunId;
}

/** Mints the id of this life of the service. */
export function newBootId(): BootId {
  return v7() as BootId;
}

/** The run id that `text` is, or undefined; run ids are compared in lower case. */
export function asRunId(text: string): RunId | undefined {
  return validate(text) && version(text) === 7 ? (text.toLowerCase() as RunId) : undefined;
}

/** Characters of an id that tell it from the others of a list. */
const SHORT_ID = 12;

/** The end of a run's id, for people: its beginning is the time, which neighbours share. */
export function shortId(id: RunId): string {
  return id.slice(-SHORT_ID);
}

/** The name of a trigger of `kind` whose own id is `name`. */
export function triggerId(kind: TriggerKind, name: string): TriggerId {
  return `${kind}:${name}` as TriggerId;
}

/** The trigger id that `text` is, or undefined when it lacks a known kind or a name. */
export function asTriggerId(text: string): TriggerId | undefined {
  const colon = text.indexOf(':');
  const kind = text.slice(0, colon);
  return colon > 0 && colon < text.length - 1 && triggerKinds.some((known) => known === kind)
    ? (text as TriggerId)
    : undefined;
}

/** The kind and the own name that a trigger id is made of. */
export function splitTriggerId(id: TriggerId): { readonly kind: TriggerKind; readonly name: string } {
  const colon = id.indexOf(':');
  return { kind: id.slice(0, colon) as TriggerKind, name: id.slice(colon + 1) };
}
