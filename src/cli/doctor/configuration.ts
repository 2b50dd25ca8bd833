/** Decides what is said about the configuration: that it loads, or every place where it is wrong. */
import { issueLine } from '../../config/issues.ts';
import { issuesIn } from '../../config/loaded.ts';
import { counted } from '../print.ts';
import type { Facts } from './facts.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'configuration';

export async function checkConfiguration({ load, configFile }: Facts): Promise<readonly Finding[]> {
  if (!load.ok && load.kind === 'unreadable') {
    const finding = `${configFile}: ${load.issues.map(({ message }) => message).join(', ')}`;
    return [broken({ name, finding }, '`untether init` writes a first one; --config names another')];
  }
  const findings = issuesIn(load).map((issue) => {
    const about = { name, finding: issueLine(issue) };
    return issue.severity === 'error' ? broken(about, '') : doubtful(about, '');
  });
  if (!load.ok) return findings;
  const { crons, webhooks } = load.loaded.snapshot;
  const size = `${counted(crons.size, 'cron')} and ${counted(webhooks.size, 'webhook')}`;
  return [fine(name, `${configFile} loads: ${size}`), ...findings];
}
