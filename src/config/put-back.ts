/** Decides when an earlier revision is loaded in the place of the files: until they say something else than they did. */
import { assemble } from './assemble.ts';
import { documentsOf } from './document.ts';
import { fingerprintOf } from './gather.ts';
import type { Gathered } from './gather.ts';
import type { LoadInput, LoadResult } from './loaded.ts';
import { joinDocuments } from './whole.ts';

/** Loads the revision, or answers undefined where the files count. One that is what the files say stands in for nothing. */
export async function loadPutBack(input: LoadInput, found: Gathered): Promise<LoadResult | undefined> {
  const { putBack, previous } = input;
  const over = fingerprintOf(found);
  if (putBack === undefined || (putBack.over ?? over) !== over) return undefined;
  const known = new Map(previous?.documents.map((one) => [one.file, one]));
  const [main, ...included] = await documentsOf(putBack.files, known);
  // It was live, so it is TOML; what is not can be no more than the files.
  if (main === undefined) return undefined;
  const whole = joinDocuments(main, included);
  const result = await assemble(input, { whole, problems: [], watch: found.watch });
  if (!result.ok) return result;
  const pin = result.loaded.hash === over ? undefined : { revision: putBack.revision, over };
  return { ok: true, loaded: { ...result.loaded, held: [], putBack: pin } };
}
