/** Decides how a program gets to know its run: the `UNTETHER_*` variables, and the payload and its headers as files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from './context.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** What a program is told. */
export interface Handover {
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the raw body; undefined without a payload. */
  readonly payloadFile: string | undefined;
}

/** The run, and the folder of its attempt. */
export type HandoverPlace = Pick<ActionContext, 'run' | 'workDir' | 'traceparent'>;

/**
 * Writes the payload and its headers into the attempt's folder and names them in the environment. Without a payload
 * there are no files and no names for them. Rejects when the disk refuses.
 */
export async function handOver(context: HandoverPlace): Promise<Handover> {
  const { run, traceparent } = context;
  const facts = {
    UNTETHER_RUN_ID: run.id,
    UNTETHER_TRIGGER: run.trigger,
    UNTETHER_ATTEMPT: String(run.attempt),
    UNTETHER_DUE_AT: new Date(run.dueAt).toISOString(),
    // Under the name by which OpenTelemetry's tools look for it.
    ...(traceparent !== undefined && { TRACEPARENT: traceparent }),
  };
  if (run.payload === undefined) return { env: facts, payloadFile: undefined };
  const payloadFile = await writeWorkFile(context, 'payload', run.payload.body);
  const headersFile = await writePrivate(context, 'headers.json', JSON.stringify(run.payload.headers));
  return { env: { ...facts, UNTETHER_PAYLOAD: payloadFile, UNTETHER_HEADERS: headersFile }, payloadFile };
}

/** Writes a file that only this user can read into the attempt's folder, which it makes; answers its path. */
export async function writeWorkFile(
  context: Pick<ActionContext, 'workDir'>,
  name: string,
  data: Uint8Array | string,
): Promise<string> {
  await mkdir(context.workDir, { recursive: true, mode: OWNER_ONLY_FOLDER });
  return writePrivate(context, name, data);
}

async function writePrivate(
  { workDir }: Pick<ActionContext, 'workDir'>,
  name: string,
  data: Uint8Array | string,
): Promise<string> {
  const file = join(workDir, name);
  await writeFile(file, data, { mode: OWNER_ONLY });
  return file;
}
