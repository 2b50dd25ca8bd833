/** Decides how the rows of a measure are shown to people. */
import { reaches } from './row.ts';
import type { Row, Target } from './row.ts';

const HEADS = ['', 'value', '', 'ratio', 'against', 'target'];
/** Columns of figures, which end at the same place. */
const FIGURES = new Set([1, 3]);

/** The table as text, one line a row. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [HEADS, ...rows.map(cellsOf)];
  const widths = HEADS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells.map((line) => lineOf(line, widths)).join('\n');
}

function lineOf(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((cell, column) =>
      FIGURES.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    )
    .join('  ')
    .trimEnd();
}

function cellsOf(row: Row): readonly string[] {
  const { what, value, unit, ratio, baseline, targets = [] } = row;
  return [
    what,
    figure(value),
    unit,
    ratio === undefined ? '' : `${figure(ratio)}×`,
    ratio === undefined ? '' : (baseline ?? ''),
    targets.map((target) => targetText(row, target)).join(', '),
  ];
}

function targetText(row: Row, target: Target): string {
  const sign = target.bound === 'at most' ? '≤' : '≥';
  const limit = `${sign} ${figure(target.limit)}${target.of === 'ratio' ? '×' : ''}`;
  const isReached = reaches(row, target);
  return isReached === undefined ? limit : `${limit} ${isReached ? 'reached' : 'MISSED'}`;
}

/** Three digits that count, whole from a hundred on. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
