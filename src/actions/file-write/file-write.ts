/** Decides what the `file_write` action does: the payload, or a template, in a file that the operator's root confines. */
import type { FileWriteAction } from '../../core/action.ts';
import { messageOf } from '../../core/errors.ts';
import type { Outcome } from '../../core/run.ts';
import type { PathRequest } from '../../files/confine.ts';
import { makePlace } from '../../files/place.ts';
import { hasTemplate, literalStart } from '../../triggers/template.ts';
import type { Action } from '../action.ts';
import type { ActionContext } from '../context.ts';
import { failed, refused, succeeded } from '../outcome.ts';
import type { RunValues } from '../values.ts';
import { storeFile } from './store.ts';
import { findStored } from './stored.ts';

/** Writes files; `ownPaths` are the service's own files and folders, absolute. */
export function fileWriteAction(ownPaths: readonly string[]): Action<FileWriteAction> {
  return {
    async execute(spec, context, values) {
      if (spec.isStored === true) return findStored(context);
      const body = await bodyOf(spec, context, values);
      if (!body.ok) return refused(`file_write rejected: ${body.reason}`);
      const request = await pathRequest(spec, values, ownPaths);
      if (!request.ok) return refused(`file_write rejected: ${request.reason}`);
      try {
        return await write({ spec, data: body.data, request: request.request, nowMs: context.nowMs() });
      } catch (error) {
        return failed(`file_write failed: ${messageOf(error)}`);
      }
    },
  };
}

type Body =
  { readonly ok: true; readonly data: Uint8Array } | { readonly ok: false; readonly reason: string };

async function bodyOf(spec: FileWriteAction, { run }: ActionContext, values: RunValues): Promise<Body> {
  if (spec.body === undefined) return { ok: true, data: run.payload?.body ?? new Uint8Array() };
  const rendered = await values.render(spec.body);
  return rendered.ok ? { ok: true, data: Buffer.from(rendered.text) } : rendered;
}

type Requested =
  { readonly ok: true; readonly request: PathRequest } | { readonly ok: false; readonly reason: string };

async function pathRequest(
  spec: FileWriteAction,
  values: RunValues,
  ownPaths: readonly string[],
): Promise<Requested> {
  const rendered = await values.render(spec.path);
  if (!rendered.ok) return rendered;
  const request = {
    start: literalStart(spec.path),
    isLiteral: !hasTemplate(spec.path),
    text: rendered.text,
    dependsOnPayload: values.dependsOnPayload(spec.path),
    root: spec.root,
    ownPaths,
  };
  return { ok: true, request };
}

interface Write {
  readonly spec: FileWriteAction;
  readonly data: Uint8Array;
  readonly request: PathRequest;
  readonly nowMs: number;
}

async function write({ spec, data, request, nowMs }: Write): Promise<Outcome> {
  const place = await makePlace(request);
  if (!place.ok) return refused(`file_write rejected: ${place.reason}`);
  const stored = await storeFile({ path: place.path, data, onConflict: spec.onConflict, nowMs });
  if (stored.kind === 'exists') return failed(`file_write rejected: file already exists at ${place.path}`);
  return succeeded(`written to ${stored.path}`);
}
