/** Decides which socket the service was started with: one of systemd's, or one that its own earlier life kept open (sd_listen_fds(3)). */

/** The first descriptor that is handed over (`SD_LISTEN_FDS_START`). */
const FIRST_FD = 3;

/** The name that a life gives the socket it keeps for the next, with the address that it was configured as. */
const KEPT = 'untether-kept:';

/** A socket that listens already. */
export interface Inherited {
  readonly fd: number;
  /** Of one that the service kept for itself: `host:port` as it was configured then. Undefined: systemd holds it. */
  readonly configured?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The first socket handed over to this process; undefined: there is none. */
export function inheritedSocket(
  { LISTEN_PID: whose, LISTEN_FDS: count, LISTEN_FDNAMES: names = '' }: Environment,
  pid: number,
): Inherited | undefined {
  if (whose !== String(pid) || !/^[1-9]\d*$/.test(count ?? '')) return undefined;
  if (!names.startsWith(KEPT)) return { fd: FIRST_FD };
  const [fd = '', ...configured] = names.slice(KEPT.length).split('@');
  const address = configured.join('@');
  return { fd: Number(fd), ...(address !== '' && { configured: address }) };
}

/** The environment in which the next life of this process finds the socket; undefined: without any. */
export function environmentFor(env: Environment, kept: Inherited | undefined, pid: number): Environment {
  const { LISTEN_PID: _, LISTEN_FDS: __, LISTEN_FDNAMES: ___, ...rest } = env;
  if (kept === undefined) return rest;
  const names = `${KEPT}${kept.fd}@${kept.configured ?? ''}`;
  return { ...rest, LISTEN_PID: String(pid), LISTEN_FDS: '1', LISTEN_FDNAMES: names };
}
