/** Decides how a multipart body (RFC 7578) is read while it arrives: fields into memory, files into a sink, all bounded. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import type { BusboyConfig, BusboyFileStream, BusboyInstance } from '@fastify/busboy';
import { messageOf } from '../../core/errors.ts';
import type { ReplyKind } from '../replies.ts';
import type { Field } from './document.ts';

/** Why a body is not read on; the reason is for the log. */
export interface Trouble {
  readonly kind: Extract<
    ReplyKind,
    'malformed' | 'too_large' | 'file_too_large' | 'too_many_parts' | 'too_slow' | 'unavailable'
  >;
  readonly reason: string;
}

/** What a part says of the file in it. */
export interface FilePart {
  readonly field: string;
  /** As sent; undefined where there is none, empty where a form was sent without choosing a file. */
  readonly filename: string | undefined;
  readonly contentType: string;
}

/** The bytes of a file as they come; it must be read or destroyed. */
export type FileContent = BusboyFileStream;

/** Where what was read goes, in the order of the body. */
export interface PartSink {
  readonly maxFieldBytes: number;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly onFile: (part: FilePart, content: FileContent) => void;
  readonly onField: (field: Field) => void;
  /** May be called more than once: the first is what counts. */
  readonly onTrouble: (trouble: Trouble) => void;
  /** The body was read to its end, and nothing is wrong with it; files may still be on their way to the disk. */
  readonly onEnd: () => void;
}

// No form that people fill in has more.
const MAX_FIELDS = 1_000;
// A part says its name and its type in three lines.
const MAX_HEADERS = 20;
const MAX_HEADER_BYTES = 8 * 1024;

/** True for what a form with files is sent as; other kinds of multipart carry no form. */
export function isForm(headers: IncomingHttpHeaders): boolean {
  return /^multipart\/form-data\s*(?:;|$)/i.test(headers['content-type'] ?? '');
}

/** A stream to write the body to; undefined when the header says no boundary. */
export function readParts(headers: IncomingHttpHeaders, sink: PartSink): Writable | undefined {
  const reader = readerOf(headers, sink);
  if (reader === undefined) return undefined;
  const trouble = (kind: Trouble['kind'], reason: string): void => {
    sink.onTrouble({ kind, reason });
  };
  // The types promise names that the parser does not always find.
  reader.on('field', (name: string | undefined, value: string, ...[, isCut]: readonly boolean[]) => {
    if (name === undefined) trouble('malformed', 'a field has no name');
    else if (isCut === true) trouble('too_large', `a field is larger than ${sink.maxFieldBytes} bytes`);
    else sink.onField([name, value]);
  });
  reader.on('file', (field: string | undefined, content, ...rest: ReadonlyArray<string | undefined>) => {
    const [filename, , contentType = 'application/octet-stream'] = rest;
    content.once('limit', () => {
      trouble('file_too_large', `a file is larger than ${sink.maxFileBytes} bytes`);
    });
    sink.onFile({ field: field ?? '', filename, contentType }, content);
  });
  reader.on('partsLimit', () => {
    trouble('too_many_parts', 'there are too many parts');
  });
  reader.on('filesLimit', () => {
    trouble('too_many_parts', `there are more than ${sink.maxFiles} files`);
  });
  reader.on('fieldsLimit', () => {
    trouble('too_many_parts', `there are more than ${MAX_FIELDS} fields`);
  });
  reader.on('error', (error) => {
    trouble('malformed', messageOf(error));
  });
  reader.on('finish', sink.onEnd);
  return reader;
}

function readerOf(headers: IncomingHttpHeaders, sink: PartSink): BusboyInstance | undefined {
  const contentType = headers['content-type'] ?? '';
  try {
    return new Busboy({ headers: { ...headers, 'content-type': contentType }, limits: limitsOf(sink) });
  } catch {
    // It throws for a header without a boundary, and says no more than that.
    return undefined;
  }
}

function limitsOf({ maxFieldBytes, maxFileBytes, maxFiles }: PartSink): BusboyConfig['limits'] {
  return {
    fieldSize: maxFieldBytes,
    fields: MAX_FIELDS,
    fileSize: maxFileBytes,
    files: maxFiles,
    // What is neither a field nor a file is skipped, but not without end.
    parts: MAX_FIELDS + maxFiles + 1,
    headerPairs: MAX_HEADERS,
    headerSize: MAX_HEADER_BYTES,
  };
}
