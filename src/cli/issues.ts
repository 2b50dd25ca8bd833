/** Decides how what is wrong with a configuration is shown. */
import type { Issue } from '../core/snapshot.ts';
import type { Printer } from './print.ts';

/** One line each, `file:line:column: error: what to do`, the form that editors jump to. */
export function printIssues(issues: readonly Issue[], print: Printer): void {
  for (const { file, line, column, path, message, severity } of issues) {
    const style = severity === 'error' ? 'red' : 'yellow';
    const where = path === '' ? message : `${path}: ${message}`;
    print.line(`${file}:${line}:${column}:`, { text: `${severity}:`, style }, where);
  }
}
