/** Decides whether a file may go live: for a start, a reload, `check` and `plan` alike. */
import { assemble } from './assemble.ts';
import type { LoadInput, LoadRefusal, LoadResult } from './loaded.ts';
import { parseToml } from './parse.ts';
import type { SyntaxFault } from './parse.ts';
import { MAX_CONFIG_BYTES, readText } from './read.ts';
import type { ReadResult } from './read.ts';

/**
 * Reads, checks and compiles a configuration; nothing is started and nothing is changed. The answer for a file and
 * secrets that are what they were is `previous` itself. Rejects only for a bug.
 */
export async function loadConfig(input: LoadInput): Promise<LoadResult> {
  const read = await (input.readFile ?? readConfig)(input.file);
  if (!read.ok) {
    return refuse(input.file, 'unreadable', {
      line: 1,
      column: 1,
      ...read.place,
      message: `the file ${read.message}`,
    });
  }
  const parsed = await parseToml(read.text, input.previous?.memory.bySection);
  return parsed.ok ? assemble(input, read, parsed.parsed) : refuse(input.file, 'syntax', parsed.fault);
}

function readConfig(file: string): Promise<ReadResult> {
  return readText(file, MAX_CONFIG_BYTES);
}

function refuse(
  file: string,
  kind: LoadRefusal['kind'],
  { line, column, message }: SyntaxFault,
): LoadRefusal {
  return {
    ok: false,
    kind,
    issues: [{ file, line, column, path: '', message, severity: 'error' }],
    watch: [file],
  };
}
