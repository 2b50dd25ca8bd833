/** Decides how the headers of a recorded request are read: lines as curl and proxies show them, or a JSON object. */
import { AppError } from '../core/errors.ts';

/** What a file of headers says. */
export interface RecordedHead {
  /** Names in lower case; values of repeated ones are joined as a server joins them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Path and query, where a request line is there. */
  readonly url?: string;
}

const REQUEST_LINE = /^[A-Z]+ (\S+) HTTP\/[\d.]+$/;
const HEADER_LINE = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*(.*)$/;

/** Reads the text of such a file. `invalid_argument` names the line that is no header; it quotes none, as it may be a secret. */
export function readHead(text: string): RecordedHead {
  return text.trimStart().startsWith('{') ? fromJson(text) : fromLines(text);
}

function fromLines(text: string): RecordedHead {
  const headers = new Map<string, string>();
  let url: string | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    // What curl -v puts before what it sends and hears.
    const line = raw.replace(/^[<>*] ?/, '').trim();
    const request = REQUEST_LINE.exec(line);
    if (line === '' || line.startsWith('HTTP/')) continue;
    if (request !== null) url = request[1];
    else add(headers, HEADER_LINE.exec(line), index + 1);
  }
  return { headers: Object.fromEntries(headers), ...(url !== undefined && { url }) };
}

function add(headers: Map<string, string>, match: RegExpExecArray | null, line: number): void {
  if (match === null)
    throw new AppError(
      'invalid_argument',
      `line ${line} of --headers is no header: write "Name: value", or JSON`,
    );
  const [, name = '', value = ''] = match;
  const key = name.toLowerCase();
  const before = headers.get(key);
  headers.set(key, before === undefined ? value : `${before}, ${value}`);
}

function fromJson(text: string): RecordedHead {
  try {
    const value: unknown = JSON.parse(text);
    const entries = Object.entries(value as Readonly<Record<string, unknown>>);
    return { headers: Object.fromEntries(entries.map(([name, one]) => [name.toLowerCase(), String(one)])) };
  } catch (error) {
    throw new AppError('invalid_argument', '--headers begins like JSON and is none', { cause: error });
  }
}
