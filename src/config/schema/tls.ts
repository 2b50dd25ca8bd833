/** Decides the keys of `[triggers.server.tls]`. */
import * as z from 'zod';
import { key, text, word } from './key.ts';
import { elsewhere } from './secret.ts';

const path = text.refine(
  (written) => !written.includes('-----BEGIN'),
  'expected the path of a file: the text itself belongs into one, chmod 600 for a key',
);

const pem = z
  .union([path, ...elsewhere], {
    error: 'expected a path, or { env = "NAME" }, { file = "path" } or { credential = "name" }',
  })
  .meta({ written: 'path, or where it is kept' });

/** `[triggers.server.tls]`. */
export const tlsTable = z.strictObject(
  {
    cert: key(pem, {
      description:
        'File with the certificate in PEM form, followed by those between it and its root: `fullchain.pem` of certbot. Taken anew whenever the file is another one.',
      reload: 'listener_reload',
    }),
    key: key(pem, {
      description: 'File with the key of the certificate in PEM form, without a passphrase.',
      reload: 'listener_reload',
    }),
    min_version: key(word(['1.2', '1.3']).default('1.2'), {
      description: 'Least version of TLS that is spoken.',
      reload: 'listener_reload',
    }),
  },
  { error: 'expected a table' },
);

/** `cert` or `key` as written; text alone is a path. */
export type PemSource = z.infer<typeof pem>;
