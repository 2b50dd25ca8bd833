/** Decides which of several allowed shapes a wrong value was meant to have. */
import type * as z from 'zod';
import { asTable } from './parse.ts';
import { didYouMean } from '../core/suggest.ts';

type UnionIssue = z.core.$ZodIssueInvalidUnion;

/** What is wrong inside a list, where a list is one of the shapes; undefined when the value is none. */
export function inUnion(issue: UnionIssue, written: unknown): readonly z.core.$ZodIssue[] | undefined {
  if (!Array.isArray(written)) return undefined;
  return issue.errors.find(
    (branch) => branch.length > 0 && branch.every(({ path }) => typeof path[0] === 'number'),
  );
}

/** The key of a table that is a mistyped key of one of the shapes, with what was meant. */
export function misspeltForm(
  issue: UnionIssue,
  written: unknown,
): { readonly key: string; readonly hint: string } | undefined {
  const table = asTable(written);
  if (table === undefined) return undefined;
  const forms = issue.errors.map(formOf).filter((form) => form !== undefined);
  const names = Object.keys(table);
  const known = [
    ...forms.flatMap(({ missing }) => missing),
    ...names.filter((name) => forms.some(({ unknown }) => !unknown.includes(name))),
  ];
  for (const key of names) {
    const hint = known.includes(key) ? '' : didYouMean(key, known);
    if (hint !== '') return { key, hint };
  }
  return undefined;
}

interface Form {
  /** Keys of the value that the shape does not have. */
  readonly unknown: readonly string[];
  /** Keys of the shape that the value does not have. */
  readonly missing: readonly string[];
}

function formOf(branch: readonly z.core.$ZodIssue[]): Form | undefined {
  const isTable = branch.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys');
  if (!isTable || branch.length === 0) return undefined;
  return {
    unknown: branch.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [])),
    missing: branch.flatMap(({ path: [name] }) => (typeof name === 'string' ? [name] : [])),
  };
}
