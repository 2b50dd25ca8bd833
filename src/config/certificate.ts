/** Decides where the listener's certificate and key are kept: both are watched as secrets are, and the key is one. */
import type { Frame } from './check.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { PemSource } from './schema/tls.ts';
import type { SecretSource } from './schema/secret.ts';
import { SecretReader } from './secrets.ts';
import type { SecretPlaces, SecretUse } from './secrets.ts';

/** Where `[triggers.server.tls]` stands. */
export const TLS_PATH: KeyPath = ['triggers', 'server', 'tls'];

/** A certificate as it was found; no text: there is none, or a problem says why it could not be read. */
export interface Certificate {
  readonly text: string | undefined;
  readonly problems: readonly Problem[];
  /** To be watched; absolute paths. */
  readonly files: readonly string[];
}

/** Reads the certificate, if the file names one. */
export async function readCertificate({ triggers }: Frame, places: SecretPlaces): Promise<Certificate> {
  const written = triggers?.server.tls?.cert;
  if (written === undefined) return { text: undefined, problems: [], files: [] };
  const reader = new SecretReader(places, 'certificate');
  const source = placeOf(written);
  const problems = await reader.readAll([{ path: [...TLS_PATH, 'cert'], source }]);
  return { text: reader.get(source)?.reveal(), problems: problems.map(inFull), files: reader.files };
}

/** A certificate in DER form is no text. */
function inFull(problem: Problem): Problem {
  return { ...problem, message: `${problem.message}: a certificate in PEM form belongs there` };
}

/** The key among the secrets, if the file names one. */
export function keyUses({ triggers }: Pick<Frame, 'triggers'>): readonly SecretUse[] {
  const written = triggers?.server.tls?.key;
  return written === undefined ? [] : [{ path: [...TLS_PATH, 'key'], source: placeOf(written) }];
}

/** Text alone is a path. */
export function placeOf(written: PemSource): Exclude<SecretSource, string> {
  return typeof written === 'string' ? { file: written } : written;
}
