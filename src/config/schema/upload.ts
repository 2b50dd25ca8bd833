/** Decides the keys of a webhook that takes uploads. */
import { flag, key, text, whole } from './key.ts';

/** As the original's. */
export const DEFAULT_MAX_FILE_BYTES = 52_428_800;
/** More than a person sends at once. */
export const DEFAULT_MAX_FILES = 10;

const TIB = 1_099_511_627_776;

/** Uploads: multipart requests with files in them. */
export const uploadKeys = {
  accept_multipart: key(flag.default(false), {
    description:
      'Take forms with files (`multipart/form-data`): files are stored before the run begins, which knows them as `{{file.saved_path}}` and `{{files}}`, and the fields by their names. See [uploads](uploads.md).',
    reload: 'applied',
  }),
  file_destination: key(text.optional(), {
    description:
      'Where uploaded files go, relative to `file_root`; fields of the form and `{{file.filename}}` work. Of several files by one name, the later ones are numbered.',
    reload: 'applied',
    otherwise: 'the `file_path` of `file_write`, else `uploads/{{file.filename}}`',
  }),
  max_file_size_bytes: key(whole(1024, TIB).optional(), {
    description:
      'Longest uploaded file, in bytes; a longer one is answered 413. Files do not count for `max_body_bytes`.',
    reload: 'applied',
    otherwise: String(DEFAULT_MAX_FILE_BYTES),
  }),
  max_files: key(whole(1, 1_000).optional(), {
    description: 'Files of one request; more are answered 413.',
    reload: 'applied',
    otherwise: String(DEFAULT_MAX_FILES),
  }),
} as const;
