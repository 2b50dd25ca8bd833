/** Decides when an earlier revision is loaded in the place of the files: until they say something else than they did. */
import { assemble } from './assemble.ts';
import { toDocument } from './document.ts';
import type { Document } from './document.ts';
import { fingerprintOf } from './gather.ts';
import type { Gathered } from './gather.ts';
import type { LoadInput, LoadResult } from './loaded.ts';
import type { KeptFile } from './pin.ts';
import { wholeOf } from './whole.ts';

/** Loads the revision, or answers undefined where the files count. One that is what the files say stands in for nothing. */
export async function loadPutBack(input: LoadInput, found: Gathered): Promise<LoadResult | undefined> {
  const { putBack, previous } = input;
  const over = fingerprintOf(found);
  if (putBack === undefined || (putBack.over ?? over) !== over) return undefined;
  const known = new Map(previous?.documents.map((one) => [one.file, one]));
  const [main, ...others] = putBack.files;
  const read = ({ file, text, mode }: KeptFile): ReturnType<typeof toDocument> =>
    toDocument({ file, read: { ok: true, text, mode }, known: known.get(file) });
  const documents: Document[] = [];
  for (const file of others) {
    const result = await read(file);
    if (result.ok) documents.push(result.document);
  }
  const first = await read(main);
  // It was live, so it is TOML.
  if (!first.ok) return { ok: false, kind: first.kind, issues: [first.issue], watch: found.watch };
  const whole = wholeOf([first.document, ...documents]);
  const result = await assemble(input, { whole, problems: [], watch: found.watch });
  if (!result.ok) return result;
  const pin = result.loaded.hash === over ? undefined : { revision: putBack.revision, over };
  return { ok: true, loaded: { ...result.loaded, held: [], putBack: pin } };
}
