/** Decides what runs in the measured process: one server, which tells the CPU time it used when asked. */
import { servers } from './servers.ts';
import type { ServerName } from './servers.ts';

const start = servers[process.argv[2] as ServerName];
const port = await start();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port });
