/** Decides what is said about the service of the state folder: whether it runs, and what it complains of itself. */
import type { Facts } from './facts.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'service';

export async function checkService({ service, configFile }: Facts): Promise<readonly Finding[]> {
  if (service.kind === 'absent') return [fine(name, 'does not run')];
  if (service.kind === 'silent')
    return [broken({ name, finding: service.reason }, 'run this as the user of the service, or restart it')];
  const { pid, revision, configFile: live, conditions, lastReload } = service.status;
  const runs = fine(name, `runs as process ${pid} on ${live}, revision ${revision}`);
  const other = doubtful(
    { name, finding: `runs on ${live}, and this is about ${configFile}` },
    'name the same file by --config, or another state folder by --state',
  );
  const stale = doubtful(
    { name, finding: 'its last reload failed: an older revision is live' },
    '`untether plan` says why',
  );
  return [
    live === configFile ? runs : other,
    ...(lastReload?.ok === false ? [stale] : []),
    ...conditions.map(({ severity, text, code }) => {
      const about = { name: `condition ${code}`, finding: text };
      return severity === 'error' ? broken(about, '') : doubtful(about, '');
    }),
  ];
}
