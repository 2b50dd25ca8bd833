/** Decides who holds a port that is taken: by Linux's own tables, nobody where they do not tell (proc(5), `net/tcp`). */
import { readFile, readdir, readlink } from 'node:fs/promises';

const LISTENING = '0A';

/** `nginx (pid 812)`, or undefined: another user's process, or a system without /proc. */
export async function portHolder(port: number): Promise<string | undefined> {
  const inodes = new Set([
    ...(await listenersOn(port, '/proc/net/tcp')),
    ...(await listenersOn(port, '/proc/net/tcp6')),
  ]);
  if (inodes.size === 0) return undefined;
  for (const pid of await pids()) {
    if (await holds(pid, inodes)) return `${await nameOf(pid)} (pid ${pid})`;
  }
  return undefined;
}

async function listenersOn(port: number, table: string): Promise<readonly string[]> {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await orEmpty(readFile(table, 'utf8'))).split('\n').slice(1);
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return state === LISTENING && local.endsWith(end) ? [inode] : [];
  });
}

async function pids(): Promise<readonly string[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name));
}

async function holds(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  // Those of other users cannot be read.
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await orEmpty(readlink(`/proc/${pid}/fd/${descriptor}`));
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

async function nameOf(pid: string): Promise<string> {
  return (await orEmpty(readFile(`/proc/${pid}/comm`, 'utf8'))).trim();
}

/** What went away between two looks is nobody. */
function orEmpty(read: Promise<string>): Promise<string> {
  return read.catch(() => '');
}
