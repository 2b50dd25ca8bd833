/** Decides what a report says on the wire: its address, its body, and what signs it. */
import type { StoredReport } from '../../core/report-ledger.ts';
import type { RunFacts } from '../../core/report.ts';
import type { Mask } from '../../core/secret.ts';
import { Secret } from '../../core/secret.ts';
import type { OutboundRequest } from '../../net/fetch.ts';
import type { EndOfOutput } from '../../runs/end-of-output.ts';
import { sign } from '../../triggers/sign.ts';
import type { Templates, TemplateValues } from '../../triggers/template.ts';

/** What a request is made with. */
export interface RequestDeps extends Pick<TemplateValues, 'environment' | 'secrets'> {
  readonly templates: Pick<Templates, 'render'>;
  /** Of the run's last attempt, at most so many bytes, without secrets. */
  readonly output: (facts: RunFacts, maxBytes: number) => Promise<EndOfOutput>;
  readonly mask: Mask;
  readonly nowMs: () => number;
}

/** The request, or why there is none; the reason holds no value. */
export type BuiltRequest =
  { readonly ok: true; readonly request: OutboundRequest } | { readonly ok: false; readonly reason: string };

const CONTENT_TYPE = 'application/json';
const TIMEOUT_MS = 15_000;
/** An answer is not looked at; one that never ends is. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Of the output, in a result. */
const MAX_OUTPUT_BYTES = 64 * 1024;

/** Makes the request, anew for each try: addresses and secrets are those of now. */
export async function requestOf(report: StoredReport, deps: RequestDeps): Promise<BuiltRequest> {
  const { facts, url, allowPrivate } = report;
  const values = { ...deps, data: { run_id: facts.run, trigger_id: facts.trigger } };
  const address = deps.templates.render(url, values);
  if (!address.ok) return address;
  const body = Buffer.from(JSON.stringify(await bodyOf(report, deps)));
  const signature = signatureOf(report, { url: address.text, body }, values);
  if (!signature.ok) return signature;
  const headers = { 'content-type': CONTENT_TYPE, 'user-agent': 'untether', ...signature.headers };
  const bounds = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES, allowPrivate };
  return { ok: true, request: { url: address.text, method: 'POST', headers, body, ...bounds } };
}

type Signature =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly reason: string };

/** The id is the same in each try, so that a receiver knows what it has already. */
function signatureOf(
  { secret, facts: { run } }: StoredReport,
  unsigned: { readonly url: string; readonly body: Buffer },
  values: RequestDeps & TemplateValues,
): Signature {
  if (secret === undefined) return { ok: true, headers: {} };
  const key = values.templates.render(secret, values);
  if (!key.ok) return key;
  const auth = { kind: 'provider', provider: 'standard-webhooks', secrets: [new Secret(key.text)] } as const;
  const message = { ...unsigned, contentType: CONTENT_TYPE, deliveryId: `msg_${run}`, at: values.nowMs() };
  return { ok: true, headers: sign(auth, message).headers };
}

/** A result has the form that Standard Webhooks recommends: what happened, when, and what there is to say. */
async function bodyOf({ kind, facts }: StoredReport, deps: RequestDeps): Promise<object> {
  const { run, trigger, source, state, exitCode } = facts;
  const reason = facts.reason === null ? null : deps.mask(facts.reason);
  const times = { startedAt: isoOf(facts.startedAt), endedAt: isoOf(facts.endedAt) };
  const told = { run, trigger, source, state, reason, exitCode, ...times };
  if (kind !== 'callback') return told;
  const { text, isCut } = await deps.output(facts, MAX_OUTPUT_BYTES);
  const data = { ...told, output: text, outputCut: isCut };
  return { type: `run.${state}`, timestamp: times.endedAt, data };
}

function isoOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
