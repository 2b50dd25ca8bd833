/** Decides what is said about systemd: for information, since nothing depends on it. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { programLookup } from '../../config/programs.ts';
import { packageRoot } from '../package-root.ts';
import type { Facts } from './facts.ts';
import { fine } from './finding.ts';
import type { Finding } from './finding.ts';
import { succeeds } from './probe.ts';

const name = 'systemd';
const UNIT = 'untether.service';

export async function checkSystemd({ env, home }: Facts): Promise<readonly Finding[]> {
  if (!programLookup(env['PATH'])('systemctl', '/')) return [fine(name, 'no systemd here')];
  const places = [
    '/etc/systemd/system',
    '/usr/local/lib/systemd/system',
    '/usr/lib/systemd/system',
    '/lib/systemd/system',
    join(home, '.config/systemd/user'),
  ].map((folder) => join(folder, UNIT));
  const there = await Promise.all(places.map((place) => succeeds(access(place))));
  const unit = places.find((_place, index) => there[index]);
  if (unit !== undefined) return [fine(name, `${unit} is installed`)];
  return [
    fine(name, `no ${UNIT} is installed; ${join(packageRoot(), 'contrib', UNIT)} is one to begin with`),
  ];
}
