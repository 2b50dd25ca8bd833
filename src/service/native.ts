/** Decides what is asked of the system past Node: datagrams to a unix socket, and descriptors that outlive a program. */
import type { LibraryHandle } from 'koffi';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** The calls; each answers false, or nothing, where the system says no. */
export interface Native {
  /** Sends one datagram to a unix socket by its raw name, which begins with NUL where it is abstract (unix(7)). */
  readonly send: (name: Uint8Array, text: string) => boolean;
  /** Another descriptor of the same open file, closed by `execve` unless `survive` says otherwise; undefined: none is left. */
  readonly duplicate: (fd: number) => number | undefined;
  /** Whether the descriptor is still there after `execve`. */
  readonly survive: (fd: number, survives: boolean) => boolean;
}

// Linux, whatever the architecture: socket(2), fcntl(2), send(2).
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const F_DUPFD_CLOEXEC = 1030;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const FIRST_FREE_FD = 3;

/** The system's calls; undefined where this machine has no way to them, which is logged. */
export async function loadNative(log: Log): Promise<Native | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    // Installed where there is a build of it for this machine, and loaded by those who need it only.
    const { default: koffi } = await import('koffi');
    return callsOf(koffi.load(null));
  } catch (error) {
    log.info('koffi cannot be loaded: a restart in place closes the port for a moment', {
      error: messageOf(error),
    });
    return undefined;
  }
}

type Call<Words extends readonly unknown[]> = (...words: Words) => number;

function callsOf(library: LibraryHandle): Native {
  const socket = library.func('int socket(int domain, int type, int protocol)') as Call<
    [domain: number, type: number, protocol: number]
  >;
  const close = library.func('int close(int fd)') as Call<[fd: number]>;
  const sendto = library.func(
    'long sendto(int fd, const void *data, size_t size, int flags, const void *address, uint32_t length)',
  ) as Call<[fd: number, data: Uint8Array, size: number, flags: number, address: Uint8Array, length: number]>;
  const fcntl = library.func('int fcntl(int fd, int command, ...)') as Call<
    [fd: number, command: number, type: 'int', argument: number]
  >;
  return {
    send(name, text) {
      const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      if (fd < 0) return false;
      const data = Buffer.from(text);
      const address = addressOf(name);
      const sent = sendto(fd, data, data.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length);
      close(fd);
      return sent === data.length;
    },
    duplicate(fd) {
      const copy = fcntl(fd, F_DUPFD_CLOEXEC, 'int', FIRST_FREE_FD);
      return copy < 0 ? undefined : copy;
    },
    survive: (fd, survives) => fcntl(fd, F_SETFD, 'int', survives ? 0 : FD_CLOEXEC) === 0,
  };
}

/** `struct sockaddr_un`: the family in the machine's order, then the name; that of a file ends with NUL. */
function addressOf(name: Uint8Array): Buffer {
  const family = Buffer.from(new Uint16Array([AF_UNIX]).buffer);
  const isAbstract = name[0] === 0;
  return Buffer.concat([family, name, Buffer.alloc(isAbstract ? 0 : 1)]);
}
