/** Decides how `file_read` fetches: a real file inside its root, no link, no larger than allowed. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FetchSpec } from '../../core/action.ts';
import { messageOf } from '../../core/errors.ts';
import { shown } from '../../core/shown.ts';
import { confine, realPlace } from '../../files/confine.ts';
import type { PathRequest } from '../../files/confine.ts';
import { hasTemplate, literalStart } from '../../triggers/template.ts';
import type { RunValues } from '../values.ts';
import type { FetchedBytes } from './parse.ts';

/** Reads the file of a spec that has a path; `ownPaths` are the service's own files and folders, absolute. */
export async function fetchFile(
  spec: FetchSpec,
  values: RunValues,
  ownPaths: readonly string[],
): Promise<FetchedBytes> {
  const template = spec.path ?? '';
  const rendered = await values.render(template);
  if (!rendered.ok) return rendered;
  const dependsOnPayload = values.dependsOnPayload(template);
  const request = {
    start: literalStart(template),
    isLiteral: !hasTemplate(template),
    text: rendered.text,
    dependsOnPayload,
    root: spec.root,
    ownPaths,
  };
  try {
    return await read(request, spec.maxBytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const path = `'${shown(rendered.text)}'`;
    if (code === 'ENOENT') return { ok: false, reason: `${path} does not exist` };
    return { ok: false, reason: code === 'ELOOP' ? `${path} is a symbolic link` : messageOf(error) };
  }
}

async function read(request: PathRequest, maxBytes: number): Promise<FetchedBytes> {
  const place = confine(request);
  if (!place.ok) return place;
  const real = await realPlace(request, place.path);
  if (!real.ok) return real;
  // O_NOFOLLOW: a link in the place of the file is refused as it is opened. O_NONBLOCK: a FIFO would be waited for.
  const file = await open(real.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return { ok: false, reason: `'${shown(request.text)}' is not a file` };
    if (stats.size > maxBytes)
      return { ok: false, reason: `'${shown(request.text)}' is larger than ${maxBytes} bytes` };
    const bytes = Buffer.alloc(stats.size);
    // It may grow or shrink meanwhile; what was there is what counts.
    const { bytesRead } = await file.read(bytes, 0, stats.size, 0);
    return { ok: true, bytes: bytes.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}
