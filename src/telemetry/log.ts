/** Decides where log lines go and how they look: pretty on a terminal, JSON elsewhere, level and file changeable live. */
import { constants, createWriteStream, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { pino } from 'pino';
import { messageOf } from '../core/errors.ts';
import type { Log, LogFields } from '../core/log.ts';
import type { LogSettings } from '../core/snapshot.ts';
import type { Redactor } from './redact.ts';

/** Lines of one message and key within this stretch beyond which the rest is only counted. */
const MOST_ALIKE = 50;
const ALIKE_MS = 10_000;

// Without waiting for somebody at the other end of a FIFO.
const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/** A logger whose settings follow the configuration. */
export interface LiveLog extends Log {
  configure(settings: LogSettings): Promise<void>;
  close(): Promise<void>;
}

/** Where lines go by default and what they pass; `now` is epoch ms. */
export interface LogOptions {
  readonly terminal: Writable & { readonly isTTY?: boolean };
  readonly redactor: Redactor;
  readonly now: () => number;
}

/** The program's log: every field passes the redactor, and no fault can fill a disk by repeating itself. */
export async function createLog(options: LogOptions): Promise<LiveLog> {
  let sink: Writable = await terminalSink(options.terminal);
  let file: Writable | undefined;
  // Written to a file on a full disk, it fails like any other; there is nobody left to tell.
  options.terminal.on('error', () => {});
  const logger = pino(
    { level: 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write(line: string) {
        try {
          sink.write(line);
        } catch {
          // A full disk under the log costs the line, never the service.
        }
      },
    },
  );
  const sampler = new Sampler(options.now);
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}) => {
      if (!logger.isLevelEnabled(level)) return;
      const left = sampler.admit(message);
      if (left === undefined) return;
      const clean = options.redactor.value(fields) as LogFields;
      logger[level](left > 0 ? { ...clean, leftOut: left } : clean, message);
    };
  const lines = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  /** A log file that cannot be written must not end the service, nor go unsaid: the terminal takes over. */
  function giveUp(path: string, error: unknown): void {
    sink = options.terminal;
    lines.error('the log file cannot be written; the log goes on here', {
      file: path,
      error: messageOf(error),
    });
  }
  function openFile(path: string): Writable | undefined {
    try {
      const opened = createWriteStream(path, { fd: openSync(path, APPENDING, 0o640) });
      opened.on('error', (error) => {
        if (sink === opened) giveUp(path, error);
      });
      return opened;
    } catch (error) {
      giveUp(path, error);
      return undefined;
    }
  }
  return {
    ...lines,
    async configure(settings) {
      const terminal = await terminalSink(options.terminal);
      logger.level = settings.level;
      const previous = file;
      sink = terminal;
      file = settings.file === undefined ? undefined : openFile(settings.file);
      sink = file ?? sink;
      previous?.end();
    },
    close: () =>
      new Promise((resolve) => {
        if (file === undefined) resolve();
        else file.end(resolve);
      }),
  };
}

/** Imported only on a terminal: the pretty printer costs start-up time that a service under systemd need not pay. */
async function terminalSink(terminal: LogOptions['terminal']): Promise<Writable> {
  if (terminal.isTTY !== true) return terminal;
  const { default: pretty } = await import('pino-pretty');
  return pretty({ destination: terminal, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', sync: true });
}

/** Lets the first lines of a message through and counts the rest of its stretch. */
class Sampler {
  readonly #now: () => number;
  readonly #seen = new Map<string, { since: number; count: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Undefined: leave it out; else how many alike were left out before this one. */
  admit(message: string): number | undefined {
    const now = this.#now();
    const seen = this.#seen.get(message);
    if (seen === undefined || now - seen.since > ALIKE_MS || now < seen.since) {
      this.#seen.set(message, { since: now, count: 1 });
      return Math.max(0, (seen?.count ?? 0) - MOST_ALIKE);
    }
    seen.count += 1;
    return seen.count > MOST_ALIKE ? undefined : 0;
  }
}
