/** Decides what a plugin's word about a sender counts for: it must come in time and in shape, and nothing else lets anybody in. */
import { atMost } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Mask } from '../../core/secret.ts';
import type { AskSender, Asked, Delivery, PluginVerifier } from '../../core/trigger.ts';
import type { CallResult } from '../../plugins/calls.ts';
import { inOneLine } from '../../plugins/place.ts';
import type { Entry } from '../../plugins/table.ts';
import { shapeNow } from '../../plugins/table.ts';
import { whyNoValue } from './no-value.ts';
import type { Plugins } from './plugins.ts';

/** What asking needs. */
export interface VerifyingDeps {
  readonly plugins: Pick<Plugins, 'keyOf' | 'lacks' | 'call' | 'table'>;
  readonly mask: Mask;
  readonly clock: Clock;
}

/** A sender waits for its answer meanwhile. */
const DEADLINE_MS = 3_000;
/** Requests that one plugin is asked about at once: anybody may send them, and each holds its body. */
const MOST_ASKED = 64;

/** The way to the plugins that know senders. */
export function createAskSender(deps: VerifyingDeps): AskSender {
  const asked = new Map<string, number>();
  return async function askSender(verifier, sent) {
    const { plugin } = verifier;
    const count = asked.get(plugin) ?? 0;
    if (count >= MOST_ASKED) return unasked(plugin, `it is asked about ${count} requests already`);
    asked.set(plugin, count + 1);
    try {
      return await inTime(verifier, sent, deps);
    } finally {
      asked.set(plugin, (asked.get(plugin) ?? 1) - 1);
    }
  };
}

type Sent = Parameters<AskSender>[1];

async function inTime(verifier: PluginVerifier, sent: Sent, deps: VerifyingDeps): Promise<Asked> {
  const cut = new AbortController();
  const answer = ask(verifier, { ...sent, signal: cut.signal }, deps).catch((error: unknown) =>
    unasked(verifier.plugin, messageOf(error)),
  );
  const asked = await atMost(deps.clock, DEADLINE_MS, answer);
  cut.abort();
  return asked ?? unasked(verifier.plugin, `it did not answer within ${DEADLINE_MS / 1_000} s`);
}

async function ask(
  verifier: PluginVerifier,
  { delivery, address, signal }: Sent & { readonly signal: AbortSignal },
  { plugins, mask }: VerifyingDeps,
): Promise<Asked> {
  const { plugin } = verifier;
  const key = await plugins.keyOf('verifiers', verifier);
  if (key === undefined)
    return { kind: 'unasked', reason: plugins.lacks('verifiers', verifier) ?? `${plugin} is not loaded` };
  const argument = argumentOf(verifier, delivery, address);
  const target = { kind: 'verifiers', key } as const;
  const named = (): readonly string[] => secretHeaders(plugins.table().get(plugin), key);
  const before = named();
  const answer = readAnswer(await plugins.call(plugin, { target, argument, signal }));
  if (typeof answer === 'string') return unasked(plugin, mask(answer));
  if (!answer.ok) {
    const reason = `${plugin}: ${inOneLine(mask(answer.reason))}`;
    return { kind: 'asked', verdict: { ok: false, reason }, delivery };
  }
  // It may have been replaced or removed meanwhile: what held the proof then holds it still.
  const secret = [...before, ...named()];
  return { kind: 'asked', verdict: answer, delivery: identified(delivery, answer.delivery, secret) };
}

function unasked(plugin: string, why: string): Asked {
  return { kind: 'unasked', reason: `the plugin ${plugin}: ${inOneLine(why)}` };
}

function argumentOf(
  { secrets, with: given }: PluginVerifier,
  { method, url, origin, headers, body, receivedAt }: Delivery,
  address: string,
): Readonly<Record<string, unknown>> {
  return {
    ...{ method, headers, address, receivedAt, body, path: url, url: `${origin?.() ?? ''}${url}` },
    secrets: secrets.map((secret) => secret.reveal()),
    with: given,
  };
}

type Answer =
  | { readonly ok: true; readonly delivery: string | undefined }
  | { readonly ok: false; readonly reason: string };

/** What it returned, which its types cannot hold it to; a text is why that is no answer. */
function readAnswer(result: CallResult | undefined): Answer | string {
  if (result?.kind !== 'returned') return whyNoValue(result);
  const { ok, delivery, reason } = asTable(result.value);
  if (ok === true && (delivery === undefined || (typeof delivery === 'string' && delivery !== '')))
    return { ok, delivery };
  if (ok === false && typeof reason === 'string') return { ok, reason };
  return 'it returned neither { ok: true, delivery? } nor { ok: false, reason }';
}

function asTable(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function secretHeaders(entry: Entry | undefined, key: string): readonly string[] {
  const verifiers = (entry && shapeNow(entry))?.verifiers ?? [];
  return verifiers.find(({ name }) => name === key)?.headers ?? [];
}

/** As it goes on: under its id, and without what proved who sent it. */
function identified(delivery: Delivery, id: string | undefined, secret: readonly string[]): Delivery {
  const headers = Object.fromEntries(
    Object.entries(delivery.headers).filter(([name]) => !secret.includes(name)),
  );
  return { ...delivery, headers, ...(id !== undefined && { id }) };
}
