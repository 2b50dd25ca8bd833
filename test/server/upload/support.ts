/** Decides how a test sends an upload to the server: into a folder of its own, in any pieces, and what is left there. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { literalStart } from '../../../src/triggers/template.ts';
import { createTemplates } from '../../../src/triggers/template.ts';
import type { UploadRules } from '../../../src/core/upload.ts';
import { sampleSpec } from '../../support/samples.ts';
import { SAMPLE_SECRET, sampleWebhook } from '../../triggers/samples.ts';
import { startServer } from '../harness.ts';
import type { TestServer, TestServerOptions } from '../harness.ts';

export const BOUNDARY = 'xyz';

/** A server with one webhook `/hook` that takes uploads into `folder`. */
export interface UploadServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly folder: string;
  /** What is in the folder, at any depth, hidden or not. */
  files(): Promise<readonly string[]>;
  /** Removes it. */
  clear(): Promise<void>;
}

/** What a test changes. */
export interface UploadOptions extends Omit<TestServerOptions, 'webhooks'> {
  readonly rules?: Partial<UploadRules>;
  readonly hook?: Parameters<typeof sampleWebhook>[1];
}

/** Starts one; the folder is gone at the end of the scope. */
export async function startUploadServer(options: UploadOptions = {}): Promise<UploadServer> {
  const folder = await mkdtemp(join(tmpdir(), 'untether-upload-test-'));
  const upload = { ...rulesFor(folder), ...options.rules };
  const webhooks = [sampleWebhook('hook', { rateLimit: 1_000_000, upload, ...options.hook })];
  const server = await startServer({ settings: { rateLimitTotal: 1_000_000 }, ...options, webhooks });
  return {
    server,
    folder,
    files: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    clear: async () => {
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Rules for a folder, as the compiler makes them. */
export function rulesFor(root: string, path = '{{file.filename}}'): UploadRules {
  const templates = createTemplates();
  return {
    ...{ path, root, start: literalStart(path), isLiteral: false, dependsOnPayload: true },
    pathOf: (data) => templates.render(path, { data }),
    ...{ maxFileBytes: 10_000, maxFiles: 3, spec: sampleSpec() },
  };
}

/** The head of a request that the server verifies, up to the empty line. */
export function headOf(
  headers: readonly string[],
  type = `multipart/form-data; boundary=${BOUNDARY}`,
): string {
  const lines = [`Authorization: Bearer ${SAMPLE_SECRET}`, `Content-Type: ${type}`, ...headers];
  return `POST /hook HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** One part: its lines and its content. */
export function part(disposition: string, content = 'content'): string {
  return `--${BOUNDARY}\r\nContent-Disposition: ${disposition}\r\n\r\n${content}\r\n`;
}

export const END = `--${BOUNDARY}--\r\n`;
export const FILE = part('form-data; name="a"; filename="a.txt"');
export const FIELD = part('form-data; name="batch"', 'seven');

/** A whole request with this body, whose length is told. */
export function requestOf(body: string | Buffer, type?: string): Buffer {
  const bytes = Buffer.from(body as string);
  return Buffer.concat([Buffer.from(headOf([`Content-Length: ${bytes.length}`], type)), bytes]);
}

/** The status and the body of an answer. */
export function answerOf(received: string): readonly [number, unknown] {
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 0);
  const body = received.slice(received.indexOf('\r\n\r\n') + 4);
  return [status, body === '' ? undefined : JSON.parse(/\{.*\}/.exec(body)?.[0] ?? 'null')];
}
