/** Decides what is fetched before an action runs. */
import type * as z from 'zod';
import type { FetchSpec } from '../core/action.ts';
import { checkTemplates, ofRun, tableTexts } from './check-templates.ts';
import type { OperatorText } from './check-templates.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { hasFault } from './compile-context.ts';
import { conceal } from './conceal.ts';
import { placeFile } from './file-place.ts';
import { checkHeaders, checkRanges, checkUrl } from './outbound.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { fetchTable } from './schema/fetch.ts';

/** The `fetch` table as written. */
export type FetchConfig = z.infer<typeof fetchTable>;

/** Where a fetch belongs: the name of its trigger, and the folder that relative files are in. */
export interface FetchOwner {
  readonly name: KeyPath;
  readonly base: string;
}

/** Compiles a `fetch` table; paths of problems begin with `fetch`. */
export function compileFetch(
  config: FetchConfig,
  owner: FetchOwner,
  context: CompileContext,
): Compiled<FetchSpec> {
  const headers = conceal(config.headers, [...owner.name, 'fetch', 'headers'], context.secretOf);
  const place =
    config.file_path === undefined
      ? { path: undefined, root: owner.base }
      : placeFile({ path: config.file_path, root: config.file_root, base: owner.base }, context.folders);
  const problems: readonly Problem[] = [
    ...checkWhole(config),
    ...(place.root === undefined
      ? [fault(['fetch', 'file_root'], 'is missing: without it a placeholder could choose any folder')]
      : []),
    ...checkHeaders(['fetch', 'headers'], config.headers),
    ...checkRanges(['fetch', 'allow_private'], config.allow_private),
    ...checkTemplates(ofRun(fetchTexts(config)), context),
  ];
  if (hasFault(problems) || place.root === undefined) return { value: undefined, problems, secrets: [] };
  const value: FetchSpec = {
    kind: config.type,
    ...(config.url !== undefined && { url: config.url }),
    headers: headers.table,
    ...(config.body !== undefined && { body: config.body }),
    ...(place.path !== undefined && { path: place.path }),
    root: place.root,
    timeoutMs: config.timeout_seconds * 1_000,
    parseAs: config.parse_as,
    storeAs: config.store_as,
    onFailure: config.on_failure,
    maxBytes: config.max_bytes,
    allowPrivate: config.allow_private ?? [],
  };
  return { value, problems, secrets: headers.secrets };
}

/** The templates of the table. */
export function fetchTexts({ url, body, file_path: file, headers }: FetchConfig): readonly OperatorText[] {
  return [
    { path: ['fetch', 'url'], text: url },
    { path: ['fetch', 'body'], text: body },
    { path: ['fetch', 'file_path'], text: file },
    ...tableTexts(['fetch', 'headers'], headers),
  ];
}

function checkWhole({ type, url, file_path: file }: FetchConfig): readonly Problem[] {
  if (type === 'file_read')
    return file === undefined ? [fault(['fetch', 'file_path'], `is missing: type "${type}" needs it`)] : [];
  return url === undefined
    ? [fault(['fetch', 'url'], `is missing: type "${type}" needs it`)]
    : checkUrl(['fetch', 'url'], url);
}
