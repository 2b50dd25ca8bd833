/** Decides which configuration file and which state folder are meant. */
import { dirname, join, resolve } from 'node:path';

/** The variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a configuration file was looked for, and which it is. */
export interface Located {
  /** Absolute path. */
  readonly file: string;
  /** Somebody named it: it must be there. */
  readonly isNamed: boolean;
}

/** What the place of the configuration depends on; `exists` is asked about absolute paths. */
export interface LocateFacts {
  /** `--config`. */
  readonly flag?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  readonly exists: (path: string) => boolean;
}

/**
 * `--config`, `$UNTETHER_CONFIG_PATH`, `./untether.toml`, `~/.untether/untether.toml`, in this order. With none of
 * them there, `./untether.toml`: where a first start puts its example.
 */
export function locateConfig({ flag, env, cwd, home, exists }: LocateFacts): Located {
  const named = notEmpty(flag) ?? notEmpty(env['UNTETHER_CONFIG_PATH']);
  if (named !== undefined) return { file: resolve(cwd, withHome(named, home)), isNamed: true };
  const here = join(cwd, 'untether.toml');
  const atHome = join(home, '.untether', 'untether.toml');
  return { file: !exists(here) && exists(atHome) ? atHome : here, isNamed: false };
}

/** What the place of the state depends on. */
export interface StateFacts {
  /** `--state`. */
  readonly flag?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  /** Absolute path of the configuration file. */
  readonly configFile: string;
}

/** `--state`, `$UNTETHER_STATE_DIR`, `$STATE_DIRECTORY` (the first of systemd's list), else `.untether` beside the file. */
export function locateState({ flag, env, cwd, home, configFile }: StateFacts): string {
  const [systemd] = (env['STATE_DIRECTORY'] ?? '').split(':');
  const named = notEmpty(flag) ?? notEmpty(env['UNTETHER_STATE_DIR']) ?? notEmpty(systemd);
  return named === undefined ? join(dirname(configFile), '.untether') : resolve(cwd, withHome(named, home));
}

/** `~` and `~/x` in the home folder; anything else as it is. */
export function withHome(path: string, home: string): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

function notEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
