/** Decides whether this Node runs the program. */
import { refuseOldNode } from '../node-version.ts';
import { broken, fine } from './finding.ts';
import type { Finding } from './finding.ts';

export async function checkNode(): Promise<readonly Finding[]> {
  const found = process.versions.node;
  const refusal = refuseOldNode(found);
  if (refusal === undefined) return [fine('node', `Node ${found}`)];
  return [broken({ name: 'node', finding: `Node ${found} is too old` }, refusal)];
}
