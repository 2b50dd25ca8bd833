/** Decides how things look to a person: lines, tables and times, coloured on a terminal only. */
import { styleText } from 'node:util';
import type { InspectColor } from 'node:util';
import { formatDuration } from '../core/duration.ts';
import type { RunState } from '../core/run.ts';
import { visible } from './terminal-text.ts';

/** A piece of a line: its text is made safe for a terminal, then styled. */
export type Cell = string | { readonly text: string; readonly style: InspectColor };

/** Where output goes. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
}

const stateStyles = {
  scheduled: 'blue',
  queued: 'blue',
  running: 'cyan',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'yellow',
  skipped: 'gray',
  missed: 'yellow',
  superseded: 'gray',
} as const satisfies Record<RunState, InspectColor>;

/** The cell that shows a run's state. */
export function stateCell(state: RunState): Cell {
  return { text: state, style: stateStyles[state] };
}

/** `2026-11-22 02:00:00` on this machine's clock; `-` for never. */
export function localTime(atMs: number | null): string {
  // The Swedish locale writes ISO 8601's order.
  return atMs === null ? '-' : new Date(atMs).toLocaleString('sv-SE');
}

/** `in 3m 20s`, `2h ago`, `now`. */
export function relativeTime(atMs: number, nowMs: number): string {
  const seconds = Math.round((atMs - nowMs) / 1_000);
  if (seconds === 0) return 'now';
  return seconds > 0 ? `in ${formatDuration(seconds * 1_000)}` : `${formatDuration(-seconds * 1_000)} ago`;
}

/** `1 cron`, `2 crons`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Whom results are for: people or scripts. */
export type OutputForm = 'text' | 'json';

/** Prints results to standard output and remarks to standard error. */
export class Printer {
  readonly #streams: Streams;
  /** Results are JSON, for scripts. */
  readonly json: boolean;

  constructor(streams: Streams, form: OutputForm) {
    this.#streams = streams;
    this.json = form === 'json';
  }

  /** True when a person looks at standard output. */
  get isTerminal(): boolean {
    return this.#streams.stdout.isTTY === true;
  }

  /** One line made of cells, a space between them. */
  line(...cells: readonly Cell[]): void {
    this.raw(
      `${cells
        .map((cell) => this.#styled(cell, 0))
        .join(' ')
        .trimEnd()}\n`,
    );
  }

  /** Text exactly as it is. False: the reader is slower than we are, see `drained`. */
  raw(text: string): boolean {
    return this.#streams.stdout.write(text);
  }

  /** Resolves when everything written is on its way. */
  drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#streams.stdout.write('', () => {
      resolve();
    });
    return promise;
  }

  /** A value as one JSON document. */
  value(value: unknown): void {
    this.raw(`${JSON.stringify(value, null, this.isTerminal ? 2 : undefined)}\n`);
  }

  /** Columns under their titles; says `none` instead of an empty table. */
  table(titles: readonly string[], rows: ReadonlyArray<readonly Cell[]>): void {
    if (rows.length === 0) {
      this.line({ text: 'none', style: 'gray' });
      return;
    }
    const heads: readonly Cell[] = titles.map((text) => ({ text, style: 'bold' }));
    const widths = titles.map((_, column) =>
      Math.max(...[heads, ...rows].map((row) => widthOf(row[column] ?? ''))),
    );
    for (const row of [heads, ...rows]) {
      const last = row.length - 1;
      const cells = row.map((cell, column) =>
        this.#styled(cell, column === last ? 0 : (widths[column] ?? 0)),
      );
      this.raw(`${cells.join('  ').trimEnd()}\n`);
    }
  }

  /** A remark that is no result. */
  remark(text: string): void {
    this.#streams.stderr.write(`${visible(text)}\n`);
  }

  #styled(cell: Cell, width: number): string {
    const text = visible(typeof cell === 'string' ? cell : cell.text).padEnd(width);
    if (typeof cell === 'string') return text;
    return styleText(cell.style, text, { stream: this.#streams.stdout });
  }
}

function widthOf(cell: Cell): number {
  return visible(typeof cell === 'string' ? cell : cell.text).length;
}
