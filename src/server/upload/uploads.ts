/** Decides how uploads are taken in: their folder swept and there, their form received, an upload made of it. */
import { mkdir } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { StreamVerification, WebhookTrigger } from '../../core/trigger.ts';
import type { UploadRules } from '../../core/upload.ts';
import { receiveForm } from './receive.ts';
import type { FormRequest } from './receive.ts';
import type { Trouble } from './parts.ts';
import { sweepFolder } from './temporary.ts';
import { Upload } from './upload.ts';

/** What taking in needs. */
export interface UploadsDeps {
  readonly clock: Clock;
  /** Absolute paths of the service's own files and folders: no upload goes there. */
  readonly ownPaths: readonly string[];
}

/** A request with an upload. */
export interface UploadRequest extends Pick<FormRequest, 'incoming' | 'outgoing'> {
  readonly trigger: WebhookTrigger;
  readonly rules: UploadRules;
  /** Told of all of the raw body. */
  readonly sender: Pick<StreamVerification, 'update'>;
  /** Epoch ms. */
  readonly receivedAt: number;
}

/** An upload, or why there is none. After `left` nobody waits for an answer. */
export type UploadReception =
  { readonly kind: 'upload'; readonly upload: Upload } | Trouble | { readonly kind: 'left' };

/** The most bytes that a request to this webhook may have: of its files, and of all else. */
export function mostBytes({ maxBodyBytes }: WebhookTrigger, { maxFiles, maxFileBytes }: UploadRules): number {
  return maxBodyBytes + maxFiles * maxFileBytes;
}

/** Takes uploads in. One for the life of the service: it knows which folders it has swept. */
export class Uploads {
  readonly #deps: UploadsDeps;
  readonly #swept = new Map<string, Promise<void>>();

  constructor(deps: UploadsDeps) {
    this.#deps = deps;
  }

  /** Removes what an earlier life left behind, in the folders of these webhooks. Never rejects. */
  async sweep({ webhooks }: Pick<Snapshot, 'webhooks'>): Promise<void> {
    const roots = [...webhooks.values()].flatMap(({ upload }) => upload?.root ?? []);
    await Promise.all(roots.map((root) => this.#sweepOnce(root)));
  }

  /** Receives an upload. Never rejects; what comes to no upload has left nothing behind. */
  async receive(request: UploadRequest): Promise<UploadReception> {
    const { trigger, rules, receivedAt, sender } = request;
    const { clock, ownPaths } = this.#deps;
    try {
      await this.#sweepOnce(rules.root);
      await mkdir(rules.root, { recursive: true });
    } catch (error) {
      return { kind: 'unavailable', reason: messageOf(error) };
    }
    const onChunk = (chunk: Buffer): void => {
      sender.update(chunk);
    };
    const bounds = { maxBodyBytes: trigger.maxBodyBytes, clock };
    const reception = await receiveForm({ ...request, ...bounds, onChunk });
    if (reception.kind !== 'form') return reception;
    const facts = { rules, ownPaths, trigger: trigger.id, receivedAt };
    return { kind: 'upload', upload: new Upload({ ...reception.form, ...facts }) };
  }

  #sweepOnce(root: string): Promise<void> {
    const known = this.#swept.get(root);
    if (known !== undefined) return known;
    const sweeping = sweepFolder(root);
    this.#swept.set(root, sweeping);
    return sweeping;
  }
}
