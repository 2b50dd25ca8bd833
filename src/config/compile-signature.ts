/** Decides what a described signature comes to: a scheme like that of a provider, and what no scheme can be. */
import type { SignatureScheme, TimePlace } from '../triggers/schemes.ts';
import { msOf } from './compile-context.ts';
import { deliveryPlaceOf } from './delivery-place.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import type { SignatureConfig } from './schema/signature.ts';

const formats = {
  sha1: 'text',
  sha256: 'text',
  sha512: 'text',
  ed25519: 'hex',
  'ecdsa-p256': 'base64',
} as const satisfies Record<SignatureConfig['algorithm'], SignatureScheme['secret']>;

/** The scheme; of use only where `checkSignature` finds nothing. */
export function compileSignature(config: SignatureConfig): SignatureScheme {
  const { algorithm, encoding, separator, signed, raw, versions = [], secret_format: format } = config;
  const timestamp = config.timestamp === undefined ? undefined : timeOf(config.timestamp);
  return {
    kind: 'signature',
    algorithm,
    secret: format ?? formats[algorithm],
    places: [deliveryPlaceOf(config.header)],
    encoding,
    isRaw: raw,
    separator,
    labels: typeof versions === 'string' ? [versions] : versions,
    labelRequired: true,
    signed,
    ...(config.id !== undefined && { id: deliveryPlaceOf(config.id) }),
    ...(timestamp !== undefined && {
      timestamp: { place: timestamp, unit: config.timestamp_unit, toleranceMs: msOf(config.tolerance) },
    }),
  };
}

/** What is wrong with a table whose keys are well formed; paths begin with `signature`. */
export function checkSignature(config: SignatureConfig): readonly Problem[] {
  const { signed, timestamp } = config;
  const names = [...signed.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const problems: Problem[] = names
    .filter((name) => !KNOWN.has(name))
    .map((name) => at('signed', `has no {${name}}: write {id}, {timestamp}, {url} or {body}`));
  const bodies = names.filter((name) => name === 'body').length;
  if (bodies === 0)
    problems.push(
      at(
        'signed',
        'leaves the body out, so that anybody could change it: put {body} where the sender has it',
      ),
    );
  if (bodies > 1) problems.push(at('signed', 'has {body} more than once: no sender signs it twice'));
  if (names.includes('timestamp') && timestamp === undefined)
    problems.push(at('timestamp', 'is missing: `signed` has {timestamp}, so say where it is'));
  if (names.includes('id') && config.id === undefined)
    problems.push(at('id', 'is missing: `signed` has {id}, so say where it is'));
  if (timestamp !== undefined && !names.includes('timestamp') && deliveryPlaceOf(timestamp).kind !== 'json')
    problems.push(
      at(
        'timestamp',
        'is not signed, and so proves nothing: put {timestamp} into `signed`, or leave the key out',
      ),
    );
  return problems;
}

const KNOWN = new Set(['id', 'timestamp', 'url', 'body']);

function at(key: keyof SignatureConfig, message: string): Problem {
  return fault(['signature', key], message);
}

function timeOf(written: string): TimePlace {
  const label = /^list:(.+)$/.exec(written)?.[1];
  return label === undefined ? deliveryPlaceOf(written) : { kind: 'list', name: label };
}
