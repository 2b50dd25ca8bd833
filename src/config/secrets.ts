/** Decides what the secrets of a file are: read from where they are kept, before anything is swapped. */
import { join, resolve } from 'node:path';
import { Secret } from '../core/secret.ts';
import { withHome } from './locate.ts';
import type { Environment } from './locate.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import { MAX_SECRET_BYTES, readText } from './read.ts';
import type { SecretSource, SecretSources } from './schema/secret.ts';

/** Where secrets are looked for. */
export interface SecretPlaces {
  readonly env: Environment;
  readonly home: string;
  /** Folder of the configuration file, which relative paths are relative to. */
  readonly folder: string;
}

/** A place in the file that holds a secret or names one. */
export interface SecretUse {
  readonly path: KeyPath;
  readonly source: SecretSource;
}

type Found =
  | { readonly ok: true; readonly secret: Secret; readonly isOpen?: boolean }
  | { readonly ok: false; readonly message: string };

/** The secrets of one load: each is read once, however often it is named. */
export class SecretReader {
  readonly #places: SecretPlaces;
  readonly #noun: string;
  readonly #found = new Map<string, Found>();
  readonly #files = new Set<string>();

  /** `noun` is what is read, where it is something else that is kept in the places of secrets. */
  constructor(places: SecretPlaces, noun = 'secret') {
    this.#places = places;
    this.#noun = noun;
  }

  /** Reads what the uses name; the answer says which could not be read, and never what was. */
  async readAll(uses: Iterable<SecretUse>): Promise<readonly Problem[]> {
    const problems: Problem[] = [];
    for (const { path, source } of uses) {
      const found = await this.#read(source);
      if (!found.ok) problems.push(fault(path, found.message));
    }
    return problems;
  }

  /** A secret that was read; undefined: it could not be. */
  get(source: SecretSource): Secret | undefined {
    const found = typeof source === 'string' ? literal(source) : this.#found.get(keyOf(source));
    return found?.ok === true ? found.secret : undefined;
  }

  /** True for one whose file every user may read. */
  isOpen(source: Exclude<SecretSource, string>): boolean {
    const found = this.#found.get(keyOf(source));
    return found?.ok === true && found.isOpen === true;
  }

  /** Files that were read, or looked for: a change of one is a change of the configuration. Absolute paths. */
  get files(): readonly string[] {
    return [...this.#files];
  }

  async #read(source: SecretSource): Promise<Found> {
    if (typeof source === 'string') return literal(source);
    const key = keyOf(source);
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = 'env' in source ? this.#variable(source.env) : await this.#file(source);
    this.#found.set(key, found);
    return found;
  }

  #variable(name: string): Found {
    const value = this.#places.env[name];
    if (value === undefined) return { ok: false, message: `the environment variable ${name} is not set` };
    if (value.trim() === '') return { ok: false, message: `the environment variable ${name} is empty` };
    return { ok: true, secret: new Secret(value) };
  }

  async #file(source: { readonly file: string } | { readonly credential: string }): Promise<Found> {
    const { env, home, folder } = this.#places;
    const credentials = env['CREDENTIALS_DIRECTORY'];
    if ('credential' in source && (credentials === undefined || credentials === '')) {
      return {
        ok: false,
        message:
          'there are no credentials: $CREDENTIALS_DIRECTORY is not set (systemd sets it for LoadCredential=)',
      };
    }
    const path =
      'file' in source
        ? resolve(folder, withHome(source.file, home))
        : join(credentials ?? '', source.credential);
    this.#files.add(path);
    const read = await readText(path, MAX_SECRET_BYTES);
    if (!read.ok) return { ok: false, message: `the ${this.#noun}'s file ${path} ${read.message}` };
    // Editors and `echo` end a file with a line end that nobody means.
    const value = read.text.replace(/\r?\n$/, '');
    return value.trim() === ''
      ? { ok: false, message: `the ${this.#noun}'s file ${path} is empty` }
      : { ok: true, secret: new Secret(value), isOpen: (read.mode & 0o004) !== 0 };
  }
}

/** One or several secrets as written, each with its place. */
export function usesOf(path: KeyPath, sources: SecretSources): readonly SecretUse[] {
  if (!Array.isArray(sources)) return [{ path, source: sources }];
  return sources.map((source, index) => ({ path: [...path, index], source }));
}

/** The secrets of the uses in one text, to see later whether one of them changed; it must not leave the process. */
export function revealedText(uses: readonly SecretUse[], secrets: Pick<SecretReader, 'get'>): string {
  return JSON.stringify(uses.map(({ source }) => secrets.get(source)?.reveal() ?? null));
}

function literal(value: string): Found {
  return { ok: true, secret: new Secret(value) };
}

function keyOf(source: Exclude<SecretSource, string>): string {
  return JSON.stringify(source);
}
