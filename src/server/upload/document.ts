/** Decides what a run gets to know of an upload: a JSON document of its fields and files, never the multipart body. Pure. */

/** A file of an upload, as templates name it: `{{file.filename}}`, `{{files.0.saved_path}}`. */
export interface UploadedFile {
  /** The name of its field in the form; empty where it has none. */
  readonly field: string;
  /** A safe form of the name that the sender gave it. */
  readonly filename: string;
  readonly content_type: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. It stands for the content where deliveries are compared: a boundary is another each time. */
  readonly sha256: string;
  /** Absolute; absent while the file has no place yet. */
  readonly saved_path?: string;
}

/** What the run sees as its payload. */
export type UploadDocument = Readonly<Record<string, unknown>>;

/** A field of a form and its value, in the order of the request; a name may come again. */
export type Field = readonly [name: string, value: string];

/**
 * Fields by their names at the top, where `form`, `file` (the first) and `files` go before fields that are called so; the
 * fields again in `form`. A name that came more than once is a list.
 */
export function documentOf(fields: readonly Field[], files: readonly UploadedFile[]): UploadDocument {
  const form = formOf(fields);
  const [file] = files;
  // Own names last; `fromEntries` makes a property even of `__proto__`.
  return Object.fromEntries<unknown>([
    ...Object.entries(form).filter(([name]) => !OWN.has(name)),
    ['form', form],
    ...(file === undefined ? [] : [['file', file] as const]),
    ['files', files],
  ]);
}

const OWN: ReadonlySet<string> = new Set(['form', 'file', 'files']);

function formOf(fields: readonly Field[]): Readonly<Record<string, string | readonly string[]>> {
  const values = Map.groupBy(fields, ([name]) => name);
  return Object.fromEntries(
    [...values].map(([name, all]) => [
      name,
      all.length === 1 ? (all[0]?.[1] ?? '') : all.map(([, one]) => one),
    ]),
  );
}
