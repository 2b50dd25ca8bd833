/** Decides what is said about the certificate of the listener: until when it is good, and whether the service shows it. */
import { utc } from '../../core/utc.ts';
import type { Facts } from './facts.ts';
import { doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'certificate';

/** One that does not load, or ends soon, is told with the configuration. */
export async function checkCertificate({ loaded, service }: Facts): Promise<readonly Finding[]> {
  const tls = loaded?.snapshot.tls;
  if (tls === undefined) return [];
  const ends = `ends at ${utc(tls.validTo)} (UTC), and the key belongs to it`;
  if (service.kind !== 'running' || service.status.address === null) return [fine(name, ends)];
  if (service.status.certificate?.fingerprint === tls.fingerprint)
    return [fine(name, `the service shows it; it ${ends}`)];
  return [
    doubtful(
      { name, finding: 'the service does not show the certificate that the file names' },
      '`untether reload` takes it, or says why not',
    ),
  ];
}
