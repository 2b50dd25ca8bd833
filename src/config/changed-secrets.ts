/** Decides which secrets are others than they were: told by where they stand, never by what they are. */
import type { Draft } from './compile-triggers.ts';
import { dotted } from './problem.ts';
import type { TriggerList } from './sections.ts';
import type { SecretReader, SecretUse } from './secrets.ts';

/** The value of each secret by its place; it must not leave the process. */
export type SecretValues = ReadonlyMap<string, string>;

/** What a load remembers of its secrets. */
export interface SecretMemory {
  /** All in one text, with the certificate: when it changes, so did they. */
  readonly revealed: string;
  readonly secretValues: () => SecretValues;
}

/** Where the secrets of a configuration stand. */
export interface SecretPlaces {
  readonly uses: readonly SecretUse[];
  readonly drafts: Readonly<Record<TriggerList, readonly Draft[]>>;
  readonly reader: Pick<SecretReader, 'get'>;
}

/** The secrets by their places: triggers by their names, as their order may change. */
export function secretValuesOf({ uses, drafts, reader }: SecretPlaces): SecretValues {
  return new Map(
    uses.map(({ path, source }) => {
      const [first, list, index, ...rest] = path;
      const isTrigger = first === 'triggers' && (list === 'crons' || list === 'webhooks');
      const id = isTrigger ? drafts[list][Number(index)]?.raw['id'] : undefined;
      const place =
        typeof id === 'string' ? `${String(list).slice(0, -1)}:${id} ${dotted(rest)}` : dotted(path);
      return [place, reader.get(source)?.reveal() ?? ''];
    }),
  );
}

/** The places of those that both have, with another value. */
export function changedSecrets(next: SecretMemory, previous: SecretMemory): readonly string[] {
  if (next.revealed === previous.revealed) return [];
  const before = previous.secretValues();
  return [...next.secretValues()].flatMap(([place, value]) => {
    const was = before.get(place);
    return was === undefined || was === value ? [] : [place];
  });
}
