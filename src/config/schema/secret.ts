/** Decides how a secret is written: the text itself, or where it is found; several while one is being rotated. */
import * as z from 'zod';
import { text } from './key.ts';

const literal = z.string({ error: 'expected a string' }).trim().min(1, 'a secret must not be empty');

const variable = z.strictObject({ env: text });
const inFile = z.strictObject({ file: text });
const credential = z.strictObject({
  credential: text.refine((name) => !/[/\\]|^\.\.?$/.test(name), 'the name of a credential holds no path'),
});

/** Where the text of something is kept that does not stand in the file itself. */
export const elsewhere = [variable, inFile, credential] as const;

const FORMS = 'a string, { env = "NAME" }, { file = "path" } or { credential = "name" }';

/** One secret. */
export const secret = z.union([literal, ...elsewhere], {
  error: `expected a secret that is not empty: ${FORMS}`,
});

/** One secret, or a list of those that are valid now: any of them verifies, the first one signs. */
export const secrets = z.union([literal, ...elsewhere, z.array(secret).min(1, 'must not be empty')], {
  error: `expected a secret that is not empty: ${FORMS}, or a list of those`,
});

/** A secret as written. */
export type SecretSource = z.infer<typeof secret>;
/** A secret, or several, as written. */
export type SecretSources = z.infer<typeof secrets>;

/** A text in which templates work, or a secret. */
export const textOrSecret = z.union([z.string(), ...elsewhere], {
  error: `expected a string, or a secret: { env = "NAME" }, { file = "path" } or { credential = "name" }`,
});
