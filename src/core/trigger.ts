/** Decides what may fire: the triggers as they stand in a snapshot. */
import type { TriggerId } from './ids.ts';
import type { RunSpec } from './action.ts';
import type { JsonObject } from './json.ts';
import type { PluginPart } from './plugin.ts';
import type { BirthState, Payload } from './run.ts';
import type { Secret } from './secret.ts';
import type { UploadRules } from './upload.ts';

/** When something is due. Implementations are pure: equal arguments, equal answers. */
export interface Schedule {
  /** As written. */
  readonly expression: string;
  /** IANA name of the zone it is read in. */
  readonly zone: string;
  /** Short stable text of everything that decides the instants: equal keys, equal schedules. */
  readonly key: string;
  /** First due instant strictly after `afterMs` (epoch ms), or undefined: never. */
  next(afterMs: number): number | undefined;
}

/**
 * Why a due moment could not be served: nobody was there (`down`: the service stood still, or the machine did), its
 * trigger was paused or switched off, or earlier runs of it were in the way (`overlap`).
 */
export const missCauses = ['down', 'paused', 'disabled', 'overlap'] as const;
export type MissCause = (typeof missCauses)[number];

/** What is made up of moments that were not served: nothing, the newest, all, or what somebody says who is asked. */
export const missedWords = ['skip', 'last', 'all', 'ask'] as const;
export type MissedWord = (typeof missedWords)[number];

/** What becomes of the moments of a cron that were not served. */
export interface MissedRules {
  readonly by: Readonly<Record<MissCause, MissedWord>>;
  /** Older than this it is not made up, ms. */
  readonly graceMs: number;
  /** Most moments that `all` makes up. */
  readonly limit: number;
}

/** The rules for one cause. */
export interface MissedPolicy extends Pick<MissedRules, 'graceMs' | 'limit'> {
  readonly policy: MissedWord;
}

/** How runs of one cron may meet each other. */
export type OverlapPolicy =
  | { readonly kind: 'allow' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'replace' }
  /** Up to `depth` wait while one runs; the rest is skipped with the reason. */
  | { readonly kind: 'queue'; readonly depth: number };

export interface CronTrigger {
  readonly kind: 'cron';
  readonly id: TriggerId;
  readonly schedule: Schedule;
  readonly runOnce: boolean;
  readonly overlap: OverlapPolicy;
  readonly missed: MissedRules;
  /** Each moment that is served on time starts up to this much later, ms; 0: at once. */
  readonly jitterMs: number;
  /** It is paused after so many failures in a row; absent: never. */
  readonly quarantineAfter?: number;
  /** Hash of the schedule's key and `runOnce`: while it stays, so do the cursor and a spent one-shot. */
  readonly armHash: string;
  readonly spec: RunSpec;
}

/** Where a sender puts a value: a header in lower case, a query parameter, or a dotted path in the body, `*` for each item. */
export interface Place {
  readonly kind: 'header' | 'query' | 'json';
  readonly name: string;
}

/** One HTTP request without its body as the verifier sees it; header names in lower case. */
export interface DeliveryHead {
  readonly method: string;
  /** Path and query as received. */
  readonly url: string;
  /** What stands before `url` where the sender wrote it, such as `https://example.com`; asked only where it is signed, absent: nothing. */
  readonly origin?: () => string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Epoch ms. */
  readonly receivedAt: number;
}

/** One HTTP request as the verifier sees it, with the raw bytes of its body. */
export interface Delivery extends DeliveryHead {
  readonly body: Uint8Array;
  /** The sender's own id of it, where a plugin told it. */
  readonly id?: string;
}

/** What a verifier found; the reason is for the log and the counters, never for the sender. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Checks a delivery against the trigger's secrets; never throws, in constant time where a secret is compared. */
export type Verify = (delivery: Delivery) => Verdict;

/** The plugin that knows the senders of a webhook, and what it is given beside the delivery. */
export interface PluginVerifier extends PluginPart {
  readonly secrets: readonly Secret[];
  readonly with: JsonObject;
  /** The id that it tells of a delivery is the one to know it by again: the file names no other. */
  readonly takesId: boolean;
}

/** What came of asking a plugin; `unasked`: nobody knows, through no fault of the sender, which is to come again. */
export type Asked =
  | { readonly kind: 'unasked'; readonly reason: string }
  /** With the delivery as it goes on: its id, and without the headers that prove who sent it. */
  | { readonly kind: 'asked'; readonly verdict: Verdict; readonly delivery: Delivery };

/** Asks about a delivery from `address`, within seconds; never rejects. */
export type AskSender = (
  verifier: PluginVerifier,
  sent: { readonly delivery: Delivery; readonly address: string },
) => Promise<Asked>;

/** The verification of a body that is never whole in memory. */
export interface StreamVerification {
  /** The verdict where no byte of the body can change it; undefined: `end` knows. */
  readonly early: Verdict | undefined;
  /** Takes the next bytes of the body; the chunk may be reused afterwards. */
  update(chunk: Uint8Array): void;
  /** To be called once, after the last chunk. */
  end(): Verdict;
}

/** Begins to check a request whose body is still to come; the promise of `Verify` otherwise. */
export type VerifyStream = (head: DeliveryHead) => StreamVerification;

/** What answers a provider's question whether somebody listens. */
export interface HandshakeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What a question before verification comes to: an answer, a refusal as of an unknown sender, or it was none. */
export type EarlyHandshake = HandshakeAnswer | 'unauthorized' | undefined;

/** Where senders may be. */
export interface AllowedAddresses {
  /** As written. */
  readonly ranges: readonly string[];
  readonly has: (address: string) => boolean;
}

/** How often something has to arrive at a webhook. */
export interface Expectation {
  /** The longest ordinary time between two deliveries, ms; more than 0. */
  readonly everyMs: number;
  /** How much longer nothing is said, ms. */
  readonly graceMs: number;
}

/** Which burst a delivery belongs to; of none: it is queued at once. The reason is for the log and quotes no payload. */
export type BurstKey =
  | { readonly kind: 'key'; readonly key: string }
  /** The reason is there where the key could not be rendered, absent where there was nothing to render. */
  | { readonly kind: 'none'; readonly reason: string | undefined };

/** Which deliveries of a webhook are one burst, of which the newest runs; see `Admission.coalesce`. */
export interface Coalescing {
  /** As written; undefined: all deliveries are one burst. */
  readonly key: string | undefined;
  /** Of an accepted delivery; never throws. */
  readonly keyOf: (payload: Payload, parsed: JsonObject) => BurstKey;
  readonly windowMs: number;
  readonly maxWaitMs: number;
}

/** What a filter looks at. */
export interface FilterFacts {
  readonly body: JsonObject;
  /** Without those that hold secrets; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Undefined: no header names it. */
  readonly event: string | undefined;
}

/** Which deliveries of a webhook count. */
export interface Filter {
  /** As written; all of them must pass. */
  readonly expressions: readonly string[];
  /** Undefined: it passes. Never throws; the reason quotes nothing that was delivered. */
  readonly whyNot: (facts: FilterFacts) => string | undefined;
}

/** What a sender is told instead of 202 at once. */
export type SenderAnswer =
  /** The result: its output, under a status by exit code or state; 202 when it takes longer than `timeoutMs`. */
  | {
      readonly kind: 'wait';
      readonly timeoutMs: number;
      readonly statuses: Readonly<Record<string, number>>;
      readonly contentType: string;
    }
  /** The output as it comes. */
  | { readonly kind: 'stream'; readonly contentType: string };

export interface WebhookTrigger {
  readonly kind: 'webhook';
  readonly id: TriggerId;
  /** Exact path, compared byte for byte. */
  readonly path: string;
  readonly method: 'POST';
  /** No verification at all: served only on a loopback address unless the file says otherwise. */
  readonly open: boolean;
  readonly verify: Verify;
  /** Present: a plugin is asked in its place, and `verify` lets nothing in. */
  readonly asks?: PluginVerifier;
  /** Undefined: the sender can only be verified over the whole body. */
  readonly verifyStream?: VerifyStream;
  /** Absent: anywhere. */
  readonly allowed?: AllowedAddresses;
  /** Names of headers that hold what verifies the sender; they are left out of what is stored. */
  readonly secretHeaders: ReadonlySet<string>;
  readonly maxBodyBytes: number;
  /** Requests a minute. */
  readonly rateLimit: number;
  /** Where the event's name is, in order. */
  readonly eventPlaces: readonly Place[];
  /** Empty: every event passes. */
  readonly events: ReadonlySet<string>;
  /** Asked of what `events` lets pass; absent: all of it does. */
  readonly filter?: Filter;
  /** Where the sender's id of the delivery is; undefined: deliveries are not deduplicated. */
  readonly deliveryId?: Place;
  /** Another body under a known id is the same delivery, too, as its sender writes it anew when it sends it again. */
  readonly isRewritten?: boolean;
  /** Answers what the provider asks with a body that is not there to be signed, or by GET; nothing was verified. */
  readonly earlyHandshake?: (head: DeliveryHead) => EarlyHandshake;
  /** Answers what the provider asks by a verified delivery. */
  readonly handshake?: (head: DeliveryHead, parsed: JsonObject) => HandshakeAnswer | undefined;
  /** It is paused after so many failures in a row; absent: never. */
  readonly quarantineAfter?: number;
  /** It is paused when it was called more often than this within ten minutes while a run of it was under way; absent: never. */
  readonly loopLimit?: number;
  readonly maxQueued: number;
  /** Absent: nobody minds when nothing arrives. */
  readonly expect?: Expectation;
  /** Undefined: every delivery runs. */
  readonly coalesce?: Coalescing;
  /** Undefined: 202 at once. */
  readonly answer?: SenderAnswer;
  /** Absent: a multipart request is refused like any other that cannot be read. */
  readonly upload?: UploadRules;
  readonly spec: RunSpec;
}

export type Trigger = CronTrigger | WebhookTrigger;

/** A due instant of a cron and what is to become of it. */
export interface DueMoment {
  readonly dueAt: number;
  readonly state: BirthState;
  readonly reason: string | null;
  /** When a `scheduled` one may start, epoch ms; absent: when it is due. */
  readonly readyAt?: number;
  /** What holds a `scheduled` one back. */
  readonly held?: MissCause;
  /** The rule by which a `missed` one is not made up. */
  readonly rule?: MissedWord;
}
