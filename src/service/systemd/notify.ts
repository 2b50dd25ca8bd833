/** Decides how systemd is told of the service: the datagrams of sd_notify(3), or nothing where nobody wants to know. */
import type { Log } from '../../core/log.ts';
import { runAside } from '../../launcher/aside.ts';
import { loadNative } from '../native.ts';

/** Tells; whatever becomes of it, it returns at once and throws nothing. */
export type Notify = (fields: Readonly<Record<string, string | number>>) => void;

/** Nobody is told. */
export const tellNobody: Notify = () => {};

/** Towards the socket that the environment names; undefined: it names none that this program can reach. */
export async function createNotify(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<Notify | undefined> {
  const path = env['NOTIFY_SOCKET'];
  const name = path === undefined ? undefined : socketName(path);
  if (name === undefined) return undefined;
  const native = await loadNative(log);
  if (native === undefined) return byProgram(env);
  let isHeard = true;
  return (fields) => {
    const wasHeard = isHeard;
    isHeard = native.send(name, linesOf(fields));
    if (wasHeard && !isHeard) log.warn('systemd does not take what it is told', { socket: path });
  };
}

/** A path, or a name in the abstract name space with `@` for NUL. */
function socketName(path: string): Uint8Array | undefined {
  if (path.startsWith('@')) return Buffer.from(`\0${path.slice(1)}`);
  return path.startsWith('/') ? Buffer.from(path) : undefined;
}

/** A line break would begin another field. */
function linesOf(fields: Readonly<Record<string, string | number>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${String(value).replaceAll(/\s+/g, ' ')}`)
    .join('\n');
}

/** By the program that comes with systemd, which a unit hears with `NotifyAccess=all` only. */
function byProgram(env: Readonly<Record<string, string | undefined>>): Notify {
  return (fields) => {
    const words = [`--pid=${process.pid}`, ...linesOf(fields).split('\n')];
    runAside({ program: 'systemd-notify', words, env });
  };
}
