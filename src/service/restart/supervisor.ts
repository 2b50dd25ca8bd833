/** Decides who starts the service again after a restart: a supervisor that sees it leave, or the service itself. */
import type { ServiceManager } from '../../config/compile-frame.ts';

/**
 * True under systemd: the main process of a unit finds itself in `SYSTEMD_EXEC_PID` (systemd.exec(5), since 248), one of
 * `Type=notify` has a `NOTIFY_SOCKET`. `INVOCATION_ID` says nothing, since whatever a unit starts inherits it.
 */
export function isSupervised(
  manager: ServiceManager,
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): boolean {
  if (manager === 'none') return false;
  return env['SYSTEMD_EXEC_PID'] === String(pid) || (env['NOTIFY_SOCKET'] ?? '') !== '';
}
