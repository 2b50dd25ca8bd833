/** Decides how files that were received get their places, all of them or none, once their upload is wanted. */
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, messageOf } from '../../core/errors.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { Payload } from '../../core/run.ts';
import type { Delivery } from '../../core/trigger.ts';
import type { UploadRules } from '../../core/upload.ts';
import type { Place } from '../../files/confine.ts';
import { linkNew, syncFolder } from '../../files/names.ts';
import { makePlace } from '../../files/place.ts';
import { documentOf } from './document.ts';
import type { Field, UploadedFile } from './document.ts';
import { numbered } from './file-name.ts';

/** A file that is on disk, but not in its place yet. */
export interface StoredFile {
  readonly path: string;
  readonly info: UploadedFile;
}

/** An upload and where its files belong. */
export interface UploadFacts {
  readonly fields: readonly Field[];
  readonly files: readonly StoredFile[];
  readonly rules: UploadRules;
  /** Absolute paths of the service's own files and folders. */
  readonly ownPaths: readonly string[];
  readonly trigger: TriggerId;
  /** Epoch ms. */
  readonly receivedAt: number;
}

/** Why files could not be given their places; the reason is for the log. */
export interface Misplaced {
  readonly kind: 'misplaced' | 'unavailable';
  readonly reason: string;
}

/** The payload as it names the places; or why there are none. */
export type Placed = { readonly kind: 'placed'; readonly payload: Payload } | Misplaced;

// Files of one name that a folder holds.
const MOST_OF_A_NAME = 10_000;

/** An upload that came as a whole. Its files are placed or discarded; also after they were placed. */
export class Upload {
  readonly #facts: UploadFacts;
  readonly #places: string[] = [];

  constructor(facts: UploadFacts) {
    this.#facts = facts;
  }

  /** The delivery as filters see it, and the run but for the places: a JSON document in place of the multipart body. */
  described(delivery: Delivery): Delivery {
    const { fields, files } = this.#facts;
    const body = bytesOf(
      documentOf(
        fields,
        files.map(({ info }) => info),
      ),
    );
    return { ...delivery, headers: { ...delivery.headers, 'content-type': 'application/json' }, body };
  }

  /** Gives each file its name, for good, never in place of another file. After anything but `placed`, discard it. */
  async place(payload: Payload): Promise<Placed> {
    const { fields, files } = this.#facts;
    try {
      const placed: UploadedFile[] = [];
      for (const file of files) {
        const place = await this.#placeOf(file);
        if (!place.ok) return { kind: 'misplaced', reason: place.reason };
        placed.push({ ...file.info, saved_path: await this.#name(file, place.path) });
      }
      await Promise.all([...new Set(this.#places.map(dirname))].map(syncFolder));
      await removeAll(files.map(({ path }) => path));
      return { kind: 'placed', payload: { ...payload, body: bytesOf(documentOf(fields, placed)) } };
    } catch (error) {
      return { kind: 'unavailable', reason: messageOf(error) };
    }
  }

  /** Removes every file of it. Never rejects. */
  async discard(): Promise<void> {
    await removeAll([...this.#facts.files.map(({ path }) => path), ...this.#places]);
  }

  async #placeOf({ info }: StoredFile): Promise<Place> {
    const { fields, files, rules, ownPaths, trigger, receivedAt } = this.#facts;
    const { start, isLiteral, dependsOnPayload, root } = rules;
    const moment = new Date(receivedAt).toISOString();
    const rendered = rules.pathOf({
      ...documentOf(
        fields,
        files.map((file) => file.info),
      ),
      ...{ file: info, now: moment, due_at: moment, trigger_id: trigger },
    });
    if (!rendered.ok) return rendered;
    return makePlace({ text: rendered.text, start, isLiteral, dependsOnPayload, root, ownPaths });
  }

  async #name({ path }: StoredFile, wanted: string): Promise<string> {
    for (let number = 0; number < MOST_OF_A_NAME; number++) {
      const name = numbered(wanted, number);
      if (!(await linkNew(path, name))) continue;
      this.#places.push(name);
      return name;
    }
    throw new AppError('unavailable', `there are ${MOST_OF_A_NAME} files called ${wanted}`);
  }
}

function bytesOf(document: Readonly<Record<string, unknown>>): Uint8Array {
  return Buffer.from(JSON.stringify(document));
}

async function removeAll(paths: readonly string[]): Promise<void> {
  await Promise.allSettled(paths.map((path) => rm(path, { force: true })));
}
