/** Decides how values are read that another program's file holds: what has another shape is as if it were not there. */
import { parse } from 'yaml';
import { AppError, messageOf } from '../../core/errors.ts';

/** A table whose values nobody has looked at. */
export type Loose = Readonly<Record<string, unknown>>;

/** The value of a JSON or YAML document; `invalid_argument` for what is neither. */
export function readDocument(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new AppError('invalid_argument', `it is neither JSON nor YAML: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** A table, or an empty one. */
export function tableOf(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

/** A list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text, also of a number or a truth value; undefined: something else. */
export function textOf(value: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}
