/** Decides whether a configuration may go live: for a start, a reload, `check` and `plan` alike. */
import { assemble } from './assemble.ts';
import { documentsOf } from './document.ts';
import type { Document } from './document.ts';
import { gather } from './gather.ts';
import type { Gathered } from './gather.ts';
import type { Loaded, LoadInput, LoadRefusal, LoadResult } from './loaded.ts';
import { heldOf, holdBack, inUse, toParts } from './part.ts';
import type { Part } from './part.ts';
import { loadPutBack } from './put-back.ts';
import { joinDocuments } from './whole.ts';

/**
 * Reads, checks and compiles a configuration; nothing is started and nothing is changed. Files and secrets that are what
 * they were have the very snapshot of `previous`. Rejects only for a bug.
 */
export async function loadConfig(input: LoadInput): Promise<LoadResult> {
  const found = await gather(input);
  const result = (await loadPutBack(input, found)) ?? (await loadFound(input, found));
  return result.ok ? { ok: true, loaded: orPrevious(result.loaded, input.previous) } : result;
}

async function loadFound(input: LoadInput, found: Gathered): Promise<LoadResult> {
  const { main, included } = found;
  if (!main.ok) return { ok: false, kind: main.kind, issues: [main.issue], watch: found.watch };
  const good = input.previous?.documents ?? (await documentsOf(input.lastGood ?? [], new Map()));
  const parts = await toParts(main.document, included, good);
  return loadParts(input, { main: main.document, parts, found });
}

interface Files {
  readonly main: Document;
  readonly parts: readonly Part[];
  readonly found: Gathered;
}

/** Loads them; an included file that is wrong is held back, so that the others do without it. */
async function loadParts(input: LoadInput, { main, parts, found }: Files): Promise<LoadResult> {
  const whole = joinDocuments(main, parts.flatMap(inUse));
  const result = await assemble(input, { whole, problems: found.problems, watch: found.watch });
  const held = heldOf(parts);
  if (result.ok) return { ok: true, loaded: { ...result.loaded, held, putBack: undefined } };
  const fewer = result.kind === 'invalid' ? holdBack(parts, result.issues) : undefined;
  const again = fewer && (await loadParts(input, { main, parts: fewer, found }));
  if (again?.ok === true) return again;
  const refusal: LoadRefusal = {
    ...result,
    issues: [...result.issues, ...held.flatMap(({ issues }) => issues)],
  };
  return refusal;
}

/** What was live, where nothing is different. */
function orPrevious(loaded: Loaded, previous: Loaded | undefined): Loaded {
  if (loaded.snapshot !== previous?.snapshot) return loaded;
  const view = ({ watch, held, putBack }: Loaded): string => JSON.stringify([watch, held, putBack]);
  return view(loaded) === view(previous) ? previous : loaded;
}
