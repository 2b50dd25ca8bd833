/** Decides how the program logs: one small port, so that no file knows the logger's library. */

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured logging. `message` is a constant sentence in lower case; what varies goes into the fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Says nothing; the default where nobody listens. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
