/** Decides how the form of an upload is received: its files straight to the disk, and none left behind unless all came. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { rm } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { UploadRules } from '../../core/upload.ts';
import { excuse } from '../unhurried.ts';
import type { Field } from './document.ts';
import { safeName } from './file-name.ts';
import { watchPace } from './pace.ts';
import { readParts } from './parts.ts';
import type { FileContent, FilePart, Trouble } from './parts.ts';
import { receiveFile, temporaryPath } from './temporary.ts';
import type { Received } from './temporary.ts';
import type { StoredFile } from './upload.ts';

/** A request whose body is a form. */
export interface FormRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly rules: UploadRules;
  /** For all that is no file. */
  readonly maxBodyBytes: number;
  readonly clock: Clock;
  /** Told of each piece of the raw body, in order. */
  readonly onChunk: (chunk: Buffer) => void;
}

/** A form that came as a whole; its files are on disk, under names that nobody looks for. */
export interface Form {
  readonly fields: readonly Field[];
  readonly files: readonly StoredFile[];
}

/** A form, or why there is none: then nothing of it is on disk any more. After `left` nobody waits for an answer. */
export type Reception = { readonly kind: 'form'; readonly form: Form } | Trouble | { readonly kind: 'left' };

/** What is on its way between the socket and the files, of which it cannot be said yet whether it belongs to one. */
const IN_FLIGHT_BYTES = 1024 * 1024;

/** Reads the body of a request into its rules' folder, which must exist. Never rejects. */
export async function receiveForm(request: FormRequest): Promise<Reception> {
  const incoming = new IncomingForm(request);
  const ending = await incoming.end();
  const reception = ending === undefined ? await incoming.form() : ending;
  if (reception.kind !== 'form') await incoming.discard();
  return reception;
}

type Failed = Exclude<Reception, { readonly kind: 'form' }>;

interface ArrivingFile {
  readonly part: FilePart;
  readonly path: string;
  readonly content: FileContent;
  readonly received: Promise<Received>;
}

/** One form on its way. */
class IncomingForm {
  readonly #request: FormRequest;
  readonly #fields: Field[] = [];
  readonly #files: ArrivingFile[] = [];
  readonly #ending = Promise.withResolvers<Failed | undefined>();
  #bytes = 0;
  #isParsed = false;
  #isOver = false;

  constructor(request: FormRequest) {
    this.#request = request;
  }

  /** Reads until all is here (undefined) or cannot come any more; then nothing listens to the request. */
  async end(): Promise<Failed | undefined> {
    const { incoming, outgoing, clock, rules, maxBodyBytes } = this.#request;
    const reader = readParts(incoming.headers, {
      ...{ maxFieldBytes: maxBodyBytes, maxFileBytes: rules.maxFileBytes, maxFiles: rules.maxFiles },
      onField: (field) => this.#fields.push(field),
      onFile: (part, content) => {
        this.#receive(part, content);
      },
      onTrouble: this.#fail,
      onEnd: () => {
        this.#isParsed = true;
        this.#checkEnd();
      },
    });
    if (reader === undefined) return { kind: 'malformed', reason: 'the header names no boundary' };
    const pace = watchPace(clock, () => {
      this.#fail({ kind: 'too_slow', reason: 'the upload was too slow' });
    });
    const onData = (chunk: Buffer): void => {
      pace.note(chunk.length);
      this.#hear(chunk);
    };
    const onClose = (): void => {
      if (!incoming.complete) this.#ending.resolve({ kind: 'left' });
    };
    incoming.on('data', onData).once('end', this.#checkEnd).once('close', onClose).on('error', onClose);
    const finish = excuse(incoming.socket);
    incoming.pipe(reader);
    if (incoming.headers.expect !== undefined) outgoing.writeContinue();
    if (incoming.destroyed) onClose();
    const ending = await this.#ending.promise;
    this.#isOver = true;
    incoming.unpipe(reader).off('data', onData).off('end', this.#checkEnd).off('close', onClose);
    // What still comes is dropped: a sender that is not read does not read its answer either.
    incoming.resume();
    pace.end();
    finish();
    return ending;
  }

  /** What came, once it is on disk. */
  async form(): Promise<Reception> {
    const files: StoredFile[] = [];
    try {
      for (const file of this.#files) {
        const stored = storedOf(file, await file.received);
        if (isChosen(file.part, stored)) files.push(stored);
        else await rm(file.path);
      }
    } catch (error) {
      return unwritten(error);
    }
    if (this.#otherBytes > this.#request.maxBodyBytes) return this.#tooLarge;
    return { kind: 'form', form: { fields: this.#fields, files } };
  }

  /** Removes what is on disk, and stops what is on its way to it. */
  async discard(): Promise<void> {
    for (const { content } of this.#files) content.destroy();
    await Promise.allSettled(this.#files.map(({ received }) => received));
    await Promise.allSettled(this.#files.map(({ path }) => rm(path, { force: true })));
  }

  #receive(part: FilePart, content: FileContent): void {
    // The parser may still have something in hand.
    if (this.#isOver) {
      content.destroy();
      return;
    }
    const path = temporaryPath(this.#request.rules.root);
    const received = receiveFile(content, path);
    received.catch((error: unknown) => {
      this.#fail(unwritten(error));
    });
    this.#files.push({ part, path, content, received });
  }

  #hear(chunk: Buffer): void {
    this.#request.onChunk(chunk);
    this.#bytes += chunk.length;
    if (this.#otherBytes > this.#request.maxBodyBytes + IN_FLIGHT_BYTES) this.#fail(this.#tooLarge);
  }

  /** All bytes that belong to no file, as far as it is known. */
  get #otherBytes(): number {
    return this.#files.reduce((left, { content }) => left - content.bytesRead, this.#bytes);
  }

  get #tooLarge(): Trouble {
    return {
      kind: 'too_large',
      reason: `more than ${this.#request.maxBodyBytes} bytes belong to no file`,
    };
  }

  readonly #fail = (trouble: Trouble): void => {
    this.#ending.resolve(trouble);
  };

  /** What follows the last part belongs to the body, too: a signature is over all of it. */
  readonly #checkEnd = (): void => {
    if (this.#isParsed && this.#request.incoming.complete) this.#ending.resolve(undefined);
  };
}

function unwritten(error: unknown): Trouble {
  return { kind: 'unavailable', reason: messageOf(error) };
}

function storedOf({ part, path }: ArrivingFile, { size, sha256 }: Received): StoredFile {
  const { field, filename, contentType } = part;
  return { path, info: { field, filename: safeName(filename), content_type: contentType, size, sha256 } };
}

/** A form in which no file was chosen sends one all the same: empty, and without a name (HTML, form submission). */
function isChosen({ filename }: FilePart, { info }: StoredFile): boolean {
  return filename !== '' || info.size > 0;
}
