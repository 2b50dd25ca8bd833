/** Decides whether a certificate and a key can be spoken TLS with, before anybody connects. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { endsSoonFrom } from '../core/tls.ts';
import type { TlsPair } from '../core/tls.ts';
import { utc } from '../core/utc.ts';
import { TLS_PATH, placeOf } from './certificate.ts';
import type { Frame } from './check.ts';
import { fault, warning } from './problem.ts';
import type { Problem } from './problem.ts';
import type { SecretReader } from './secrets.ts';

/** What they are judged with. */
export interface TlsWorld {
  /** Undefined: it could not be read, which is told already. */
  readonly certificate: string | undefined;
  readonly keys: Pick<SecretReader, 'get' | 'isOpen'>;
  readonly nowMs: number;
}

/** A pair that TLS takes, and everything there is to say about it. */
export interface CompiledTls {
  readonly value: TlsPair | undefined;
  readonly problems: readonly Problem[];
}

/** Compiles `[triggers.server.tls]`; without it, or with one that is faulty, there is no pair. */
export function compileTls(
  { triggers }: Pick<Frame, 'triggers'>,
  { certificate, keys, nowMs }: TlsWorld,
): CompiledTls {
  const config = triggers?.server.tls;
  if (config === undefined) return { value: undefined, problems: [] };
  const source = placeOf(config.key);
  const warnings = keys.isOpen(source) ? [open] : [];
  const key = keys.get(source);
  if (certificate === undefined || key === undefined) return { value: undefined, problems: warnings };
  const { value, problems } = pairOf(
    { cert: certificate, key, minVersion: `TLSv${config.min_version}` },
    nowMs,
  );
  return { value, problems: [...warnings, ...problems] };
}

type Spoken = Pick<TlsPair, 'cert' | 'key' | 'minVersion'>;

function pairOf(spoken: Spoken, nowMs: number): CompiledTls {
  const own = parseCertificate(spoken.cert);
  const key = parseKey(spoken.key);
  if (!own.ok || !key.ok) return { value: undefined, problems: faultsOf(own, key) };
  const refused = refusal(own.value, key.value, spoken);
  if (refused !== undefined) return { value: undefined, problems: [refused] };
  const { validToDate, fingerprint256: fingerprint } = own.value;
  const value = { ...spoken, validTo: validToDate.getTime(), fingerprint };
  return { value, problems: datesOf(own.value, nowMs) };
}

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

const CERT = [...TLS_PATH, 'cert'];
const KEY = [...TLS_PATH, 'key'];

const open = warning(KEY, 'this key stands in a file that every user may read: chmod 600');

function parseCertificate(text: string): Read<X509Certificate> {
  try {
    return { ok: true, value: new X509Certificate(text) };
  } catch {
    // OpenSSL's word for it is of no help.
    const isKey = text.includes('PRIVATE KEY-----');
    const instead = isKey ? 'a key: are cert and key exchanged?' : 'anything else';
    return {
      ok: false,
      problem: fault(CERT, `expected a certificate in PEM form, -----BEGIN CERTIFICATE-----, not ${instead}`),
    };
  }
}

function parseKey(secret: Secret): Read<KeyObject> {
  const text = secret.reveal();
  try {
    return { ok: true, value: createPrivateKey(text) };
  } catch {
    // As above; and what it says may quote the key.
    const isLocked = text.includes('ENCRYPTED');
    const message = isLocked
      ? 'the key has a passphrase, which nobody is asked for: openssl pkey -in OLD -out NEW takes it off'
      : 'expected a key in PEM form, -----BEGIN PRIVATE KEY-----';
    return { ok: false, problem: fault(KEY, message) };
  }
}

function faultsOf(...reads: ReadonlyArray<Read<unknown>>): readonly Problem[] {
  return reads.flatMap((read) => (read.ok ? [] : [read.problem]));
}

function refusal(own: X509Certificate, key: KeyObject, spoken: Spoken): Problem | undefined {
  if (!own.checkPrivateKey(key)) {
    const hint = 'name the one that it was issued for; of several certificates, its own comes first';
    return fault(KEY, `the key does not belong to the certificate ${subjectOf(own)}: ${hint}`);
  }
  try {
    createSecureContext({ ...spoken, key: spoken.key.reveal() });
    return undefined;
  } catch (error) {
    return fault(CERT, `TLS refuses this certificate or its key, write stronger ones: ${messageOf(error)}`);
  }
}

function datesOf(own: X509Certificate, nowMs: number): readonly Problem[] {
  const [from, to] = [own.validFromDate.getTime(), own.validToDate.getTime()];
  const who = `the certificate ${subjectOf(own)}`;
  if (nowMs >= to) return [warning(CERT, `${who} expired at ${utc(to)} (UTC): renew it`)];
  if (nowMs < from) return [warning(CERT, `${who} is valid from ${utc(from)} (UTC) on, and not before`)];
  return nowMs < endsSoonFrom(to) ? [] : [warning(CERT, `${who} expires at ${utc(to)} (UTC): renew it`)];
}

/** `CN=hooks.example.com`, on one line. */
function subjectOf({ subject }: X509Certificate): string {
  return JSON.stringify(subject.replaceAll('\n', ', '));
}
