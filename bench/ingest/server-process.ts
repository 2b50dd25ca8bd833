/** Decides what runs in the measured process: one server, which tells the CPU time it used when asked. */
import '../probe.ts';
import { servers } from './servers.ts';
import type { ServerName } from './servers.ts';

const [what, folder = '.'] = process.argv.slice(2);
const port = await servers[what as ServerName](folder);
process.send?.({ port });
