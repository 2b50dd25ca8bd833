/** Decides how it is said that an expression is wrong: which part of it, and what to write instead. */
import type { FieldName } from './field-spec.ts';

/** Where an expression is wrong: one of its fields, the expression as a whole, or its time zone. */
export type FaultyPart = FieldName | 'expression' | 'timezone';

/** Why an expression is refused; the message names the part and says what to write instead. */
export interface Refusal {
  readonly ok: false;
  readonly field: FaultyPart;
  readonly message: string;
}

/** A refusal whose message begins with the part's name. */
export function refuse(field: FaultyPart, message: string): Refusal {
  return { ok: false, field, message: `${field}: ${message}` };
}
