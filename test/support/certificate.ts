/**
 * Decides how a test comes by a certificate: it issues one itself. Node reads X.509 and writes none, so that the few fields
 * that TLS needs are written here in DER (RFC 5280 §4.1), self-signed.
 */
import { X509Certificate, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate that was issued. */
export interface Issued {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  readonly fingerprint: string;
}

/** What it says; times in epoch ms, of which whole seconds count. */
export interface Said {
  readonly from?: number;
  readonly to?: number;
  /** Whom it is for: an address or a name. */
  readonly name?: string;
  /** A weaker one is refused by TLS. */
  readonly curve?: 'P-256' | 'P-192';
}

const YEAR_MS = 365 * 86_400_000;

/** Issues one, for 127.0.0.1 and about a year unless told otherwise. */
export function issue({ from, to, name = '127.0.0.1', curve = 'P-256' }: Said = {}): Issued {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const issuedAt = Date.now();
  const serial = randomBytes(8);
  // Each its own, as who verifies looks for the issuer by it.
  const who = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(serial.toString('hex'))))));
  const body = sequence(
    tlv(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), serial])),
    ECDSA_SHA256,
    who,
    sequence(time(from ?? issuedAt - YEAR_MS), time(to ?? issuedAt + YEAR_MS)),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(sequence(ALT_NAME, tlv(0x04, sequence(altName(name)))))),
  );
  const der = sequence(body, ECDSA_SHA256, bits(sign('sha256', body, privateKey)));
  const cert = new X509Certificate(der);
  return {
    cert: cert.toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    fingerprint: cert.fingerprint256,
  };
}

function tlv(tag: number, ...content: readonly Buffer[]): Buffer {
  const value = Buffer.concat(content);
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), value]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return tlv(0x30, ...content);
}

function integer(value: Buffer): Buffer {
  return tlv(0x02, value);
}

function bits(value: Buffer): Buffer {
  return tlv(0x03, Buffer.of(0), value);
}

/** GeneralizedTime: `20261122054300Z`. */
function time(at: number): Buffer {
  return tlv(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]|\..*/g, '')}Z`));
}

function altName(name: string): Buffer {
  return isIP(name) === 4
    ? tlv(0x87, Buffer.from(name.split('.').map(Number)))
    : tlv(0x82, Buffer.from(name));
}

// 2.5.4.3, 2.5.29.17 and 1.2.840.10045.4.3.2.
const COMMON_NAME = tlv(0x06, Buffer.from('550403', 'hex'));
const ALT_NAME = tlv(0x06, Buffer.from('551d11', 'hex'));
const ECDSA_SHA256 = sequence(tlv(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
