/** Decides whether the folders of projects can be worked in. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { ProjectSpec } from '../../core/snapshot.ts';
import type { Facts } from './facts.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';
import { succeeds } from './probe.ts';

export async function checkProjects({ loaded }: Facts): Promise<readonly Finding[]> {
  const projects = [...(loaded?.snapshot.projects.values() ?? [])];
  return Promise.all(projects.map(checkProject));
}

async function checkProject({ name: project, path }: ProjectSpec): Promise<Finding> {
  const name = `project ${project}`;
  const mend = `make the folder, or mend [projects.${project}] path`;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return broken({ name, finding: `${path} is not there` }, mend);
  if (!found.isDirectory()) return broken({ name, finding: `${path} is no folder` }, mend);
  if (await succeeds(access(path, constants.W_OK | constants.X_OK))) return fine(name, `${path} is there`);
  const finding = `${path} may not be written by this user`;
  return doubtful(
    { name, finding },
    'right where agents only read; else chown it to the user of the service',
  );
}
