/** Decides which words have no place in the repository: they are true on one machine only. */
import type { SourceFile } from './imports.ts';

/** One letter of each stands in brackets, so that this file does not hold the word either. */
const FORBIDDEN: ReadonlyArray<readonly [pattern: RegExp, why: string]> = [
  [/\/([w]ork|[r]oot)\//, 'an absolute path of one machine'],
  [/https?:\/\/([r]egistry|[d]eb)\./, 'the host of a package registry'],
  [/[r]egistry\.(npmjs|yarnpkg)\./, 'the host of a package registry'],
  [/\.\.\/[s]hared/, 'a folder outside the repository'],
];

/** Every line that holds such a word. */
export function forbiddenWords(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    FORBIDDEN.flatMap(([pattern, why]) => {
      if (!pattern.test(text)) return [];
      const line = text.split('\n').findIndex((one) => pattern.test(one)) + 1;
      return [`${path}:${line} holds ${why}`];
    }),
  );
}
