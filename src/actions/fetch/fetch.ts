/** Decides what is fetched before an action, and what a failure of that means to the run. */
import type { FetchSpec } from '../../core/action.ts';
import type { Outbound } from '../../net/fetch.ts';
import type { ActionContext } from '../context.ts';
import type { Fetched, RunValues } from '../values.ts';
import { fetchFile } from './file.ts';
import { fetchHttp } from './http.ts';
import { parseFetched } from './parse.ts';
import type { FetchedBytes } from './parse.ts';

/** Data under its name, or the reason that ends the run. */
export type FetchResult =
  | { readonly kind: 'fetched'; readonly fetched: Fetched }
  | { readonly kind: 'aborted'; readonly reason: string };

/** What fetches work with. */
export interface FetchDeps {
  readonly outbound: Pick<Outbound, 'send'>;
  /** Absolute paths of the service's own files and folders. */
  readonly ownPaths: readonly string[];
}

/** Fetches. With `run_with_error` the action runs all the same, with the error's text as its data. */
export async function fetchData(spec: FetchSpec, input: FetchInput, deps: FetchDeps): Promise<FetchResult> {
  const bytes = await fetchBytes(spec, input, deps);
  const brought = bytes.ok ? parseFetched(bytes.bytes, spec.parseAs) : bytes;
  if (brought.ok) return { kind: 'fetched', fetched: { name: spec.storeAs, data: brought.data } };
  if (spec.onFailure === 'abort') return { kind: 'aborted', reason: `fetch failed: ${brought.reason}` };
  return { kind: 'fetched', fetched: { name: spec.storeAs, data: `[FETCH ERROR: ${brought.reason}]` } };
}

/** The attempt that fetches. */
export interface FetchInput {
  readonly context: ActionContext;
  readonly values: RunValues;
}

function fetchBytes(
  spec: FetchSpec,
  { context, values }: FetchInput,
  deps: FetchDeps,
): Promise<FetchedBytes> {
  switch (spec.kind) {
    case 'http_get':
    case 'http_post':
      return fetchHttp({ spec, values, outbound: deps.outbound, signal: context.signal });
    case 'file_read':
      return fetchFile(spec, values, deps.ownPaths);
  }
}
