/** Decides how a multipart/form-data body falls into its parts. */

export interface Part {
  readonly name: string;
  /** Undefined: the part is a plain value. */
  readonly fileName: string | undefined;
  readonly content: Buffer;
}

const HEAD_END = '\r\n\r\n';

/** The parts in order; undefined when the body has not the form that its type promises. */
export function partsOf(body: Buffer, contentType: string): readonly Part[] | undefined {
  const boundary = parameter(contentType, 'boundary');
  if (boundary === undefined) return undefined;
  const parts = between(body, `--${boundary}`).map(partOf);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** What lies between the delimiters; after the last one only its `--` is left. */
function between(body: Buffer, delimiter: string): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const from = start + delimiter.length;
    start = body.indexOf(`\r\n${delimiter}`, from);
    if (start >= 0) pieces.push(body.subarray(from, start));
    if (start >= 0) start += 2;
  }
  return pieces;
}

function partOf(piece: Buffer): Part | undefined {
  const headEnd = piece.indexOf(HEAD_END);
  const head = piece.subarray(0, Math.max(0, headEnd)).toString();
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  const name = parameter(disposition, 'name');
  if (name === undefined) return undefined;
  const fileName = parameter(disposition, 'filename');
  return { name, fileName, content: piece.subarray(headEnd + HEAD_END.length) };
}

/** `name=value` or `name="value"` in a header. */
function parameter(header: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\r\\n]*))`, 'i').exec(header);
  return match?.[1] ?? match?.[2]?.trim();
}
