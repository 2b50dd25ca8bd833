/** Decides how the reference of errors reads: every code, verdict and condition once, from the tables that the program uses. */
import { errorCodes } from '../../src/core/errors.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { statusOf } from '../../src/server/problem.ts';
import { replies } from '../../src/server/replies.ts';
import { conditionTable } from '../../src/telemetry/conditions.ts';
import { exitCodeOf } from '../../src/cli/exit.ts';

/** The text of docs/errors.md. */
export function errorsPage(): string {
  const codes = Object.keys(errorCodes) as ErrorCode[];
  return [
    '# Errors',
    'Made from the tables in the source; `npm run docs` writes it anew, and a test fails when it is older than they are.',
    '## Codes',
    'What the control socket answers as `{"error": CODE, "message": TEXT}`, and the exit code of the command that met it.',
    table(
      ['code', 'meaning', 'HTTP', 'exit'],
      codes.map((code) => [`\`${code}\``, errorCodes[code], statusOf[code], exitCodeOf[code]]),
    ),
    '## Replies to webhooks',
    table(
      ['verdict', 'status', 'body'],
      Object.entries(replies).map(([verdict, { status, body }]) => [
        verdict,
        status,
        `\`${JSON.stringify(body)}\``,
      ]),
    ),
    '## Conditions',
    'What `status` and `/ready` list while it lasts.',
    table(
      ['condition', 'severity', 'not ready', 'meaning'],
      Object.entries(conditionTable).map(([code, { severity, blocksReady, text }]) => [
        `\`${code}\``,
        severity,
        blocksReady ? 'yes' : 'no',
        text,
      ]),
    ),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function table(head: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number>>): string {
  const cells = [head, head.map(() => '---'), ...rows];
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
}
