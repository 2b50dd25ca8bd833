/** Decides which descriptors a process keeps that it did not open itself: its standard three. */

import { closeSync, readFileSync, readdirSync } from 'node:fs';

/** The flag of a descriptor that ends with the program, as proc_pid_fdinfo(5) shows it, in octal. */
const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes what whoever started this process left open in it (a socket handed over by systemd, a shell's redirection),
 * so that no child can get it. Whatever Node opens is marked close-on-exec, so that what is not was inherited.
 * For a process that has just started; Linux only.
 */
export function closeInherited(): void {
  if (process.platform !== 'linux') return;
  for (const fd of readdirSync('/proc/self/fd').map(Number)) if (fd > 2 && survivesExec(fd)) closeSync(fd);
}

function survivesExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${String(fd)}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // The listing's own descriptor, closed since.
    return false;
  }
}
