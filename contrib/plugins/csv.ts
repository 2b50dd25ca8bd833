/**
 * A plugin for an action: each payload becomes a row of a CSV file, a new file each month. Copy it to `plugins/csv.ts`
 * beside the configuration file.
 *
 *     action = "plugin:csv"
 *     with = { file = "/srv/log/orders.csv", columns = ["id", "customer.name", "total"] }
 *
 * writes to `/srv/log/orders-2026-11.csv`: when the run was due (UTC), then the fields of the payload by their paths.
 */
import { appendFile, mkdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, parse, join } from 'node:path';
import { definePlugin } from 'untether/plugin';
import type { PluginObject, PluginValue } from 'untether/plugin';

export default definePlugin({
  description: 'appends payloads to CSV files',
  actions: {
    append: {
      async run({ data, dueAt, with: given }) {
        const wanted = readGiven(given);
        if (typeof wanted === 'string') return { ok: false, reason: wanted, retry: false };
        const { file, columns } = wanted;
        const due = new Date(dueAt).toISOString();
        const path = monthly(file, due.slice(0, 7));
        const row = [due, ...columns.map((column) => valueAt(data, column))];
        await inTurn(path, () => append(path, ['due', ...columns], row));
        return `a row in ${path}`;
      },
    },
  },
});

interface Wanted {
  readonly file: string;
  readonly columns: readonly string[];
}

/** A text is what is wrong. */
function readGiven({ file, columns }: PluginObject): Wanted | string {
  if (typeof file !== 'string' || !isAbsolute(file)) return 'with.file must be an absolute path';
  if (!Array.isArray(columns) || columns.length === 0) return 'with.columns must be a list of fields';
  return { file, columns: columns.map(String) };
}

function monthly(file: string, month: string): string {
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}-${month}${ext}`);
}

/** `customer.name`, by own fields only. */
function valueAt(data: PluginValue, path: string): PluginValue {
  return path.split('.').reduce<PluginValue>((value, name) => {
    const isHere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isHere ? ((value as PluginObject)[name] ?? null) : null;
  }, data);
}

/** The end of what is under way with each file: two runs at once write one head. */
const turns = new Map<string, Promise<void>>();

async function inTurn(path: string, work: () => Promise<void>): Promise<void> {
  const turn = (turns.get(path) ?? Promise.resolve()).then(work);
  const over = turn.catch(() => {});
  turns.set(path, over);
  await turn;
  if (turns.get(path) === over) turns.delete(path);
}

/** The row is one write, so that nobody who reads the file sees half of it. */
async function append(path: string, head: readonly string[], row: readonly PluginValue[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  await appendFile(path, size === 0 ? lineOf(head) + lineOf(row) : lineOf(row));
}

function lineOf(cells: readonly PluginValue[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/** As RFC 4180 has it; what a spreadsheet would take for a formula begins with a quote, as anybody may have sent it. */
function cellOf(value: PluginValue): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
