/** Decides what `file_write` does with files that were uploaded: they are in their places, and it says which. */
import { access } from 'node:fs/promises';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { Outcome } from '../../core/run.ts';
import { parsePayload } from '../../triggers/payload.ts';
import type { ActionContext } from '../context.ts';
import { failed, succeeded } from '../outcome.ts';

/** Names the files of an upload; fails where one is gone, as it may be when the run is repeated. */
export async function findStored({ run }: ActionContext): Promise<Outcome> {
  const paths = storedPaths(run.payload?.body ?? new Uint8Array());
  for (const path of paths) {
    if (!(await isThere(path))) return failed(`file_write failed: ${path} is not there any more`);
  }
  return succeeded(paths.length === 0 ? 'no file was sent' : `written to ${paths.join(', ')}`);
}

function storedPaths(body: Uint8Array): readonly string[] {
  const parsed = parsePayload(body, 'application/json');
  const files = parsed.ok ? parsed.value['files'] : undefined;
  const list: readonly JsonValue[] = Array.isArray(files) ? files : [];
  return list.flatMap((file) => {
    const path = isObject(file) ? file['saved_path'] : undefined;
    return typeof path === 'string' ? [path] : [];
  });
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
