/** Decides what a doctor looks at, and in which order it is told. */
import { checkBot } from './bot.ts';
import { checkCertificate } from './certificate.ts';
import { checkClock } from './clock.ts';
import { checkConfiguration } from './configuration.ts';
import { checkDisk } from './disk.ts';
import { checkEngines } from './engines.ts';
import type { Check } from './examine.ts';
import { checkNode } from './node.ts';
import { checkPort } from './port.ts';
import { checkProjects } from './projects.ts';
import { checkService } from './service.ts';
import { checkStore } from './store.ts';
import { checkSystemd } from './systemd.ts';

export const checks: readonly Check[] = [
  { name: 'node', examine: checkNode },
  { name: 'configuration', examine: checkConfiguration },
  { name: 'service', examine: checkService },
  { name: 'store', examine: checkStore },
  { name: 'disk', examine: checkDisk },
  { name: 'clock', examine: checkClock },
  { name: 'port', examine: checkPort },
  { name: 'certificate', examine: checkCertificate },
  { name: 'bot', examine: checkBot },
  { name: 'engines', examine: checkEngines },
  { name: 'projects', examine: checkProjects },
  { name: 'systemd', examine: checkSystemd },
];
